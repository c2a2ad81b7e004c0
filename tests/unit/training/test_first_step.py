"""What the status says, and what the trainer does, before and after the first step of a training."""

from bnn.engine import file
from bnn.system.files import write_atomically
from bnn.training import batches
from tests.support.small_trainings import new_run, train


def passes_made(monkeypatch, run):
    """Trains the run. Returns the number of each pass that is made, and the rows of progress before it."""
    made, make = [], batches.pass_images

    def pass_images(recipe, split, number, *others):
        made.append((number, len(run.progress())))
        return make(recipe, split, number, *others)

    monkeypatch.setattr(batches, "pass_images", pass_images)
    train(run)
    return made


def test_status_says_what_is_going_on_before_the_first_step(monkeypatch):
    run, written, has_network = new_run(epochs=1), [], []
    write = type(run).write_status

    def write_status(self, status):
        written.append((status.message, self.progress()["step"].tolist()))
        has_network.append(self.live_path.exists())
        write(self, status)

    monkeypatch.setattr(type(run), "write_status", write_status)
    train(run)
    assert written[:2] == [
        ("Getting ready (building the network)", []),
        ("Getting ready (compiling the first step)", [0]),
    ]
    message, steps = written[2]
    assert message == ""
    assert steps[0] == 0
    assert len(steps) == 2
    # After the first step, there is a live network, which the page shows. At the end, it is removed, and the
    # page shows the best network.
    assert has_network[:3] == [False, False, True]
    assert not run.live_path.exists()


def test_images_for_batch_norm_are_made_after_the_first_step(monkeypatch):
    made = passes_made(monkeypatch, new_run(epochs=1))
    # The images for batch norm have the epoch number 0.
    assert [epoch for epoch, _ in made] == [1, 0]
    assert made[1][1] >= 2, "the images were made before the first step"


def test_images_for_batch_norm_are_made_once_if_a_training_goes_on_from_a_network(
    monkeypatch, random_network
):
    source = new_run()
    network = random_network(stages=((16,),), dense=(), pool_first=True)
    write_atomically(source.model_path, file.to_bytes(network))
    made = passes_made(monkeypatch, new_run(epochs=1, starts_from=source.id))
    assert [epoch for epoch, _ in made] == [0, 1]
