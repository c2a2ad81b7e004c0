"""Makes the functions with which a model trains and is evaluated. A call executes several steps.

Keras could make these functions, with the same results, but then the first step takes longer. Keras traces
the step twice, because the step's results are undefined before the loop. It also lets AutoGraph search the
code of the loop, the layers and the optimizer, although AutoGraph has nothing to translate there.
"""

from collections.abc import Callable
from typing import Any

from bnn.training.backend import keras, tf

Results = dict[str, tf.Tensor]
Execute = Callable[[Any], Results]


def use_own_executions(model: keras.Sequential) -> None:
    """Replaces the functions with which the compiled model trains and evaluates, until it is compiled again.

    Args:
        model: a compiled model that has a loss and the metric "accuracy".
    """
    # Keras offers no other way to replace these functions. `fit` and `evaluate` make one only if there is
    # none. They lower the value of the variable `num_steps` for the last execution of an epoch.
    num_steps = model._steps_per_execution
    model.train_function = _execution(model.train_step, num_steps, model._train_counter)
    model.test_function = _execution(model.test_step, num_steps, model._test_counter)


def _execution(step: Callable[[Any], Results], num_steps: tf.Variable, counter: tf.Variable) -> Execute:
    """Returns a function that takes an iterator over batches, executes steps and returns the last results.

    Args:
        step: the function to execute with each batch. It returns the loss and the accuracy.
        num_steps: the number of steps in an execution, int64.
        counter: the number of executed steps. Each step increases it by 1.
    """

    def execute(batches: Any) -> Results:  # noqa: ANN401 (an iterator of tf.data)
        def execute_one(num_done: tf.Tensor, _: Results) -> tuple[tf.Tensor, Results]:
            results = step(next(batches))
            # A step counts only if it succeeds.
            with tf.control_dependencies(list(results.values())):
                counter.assign_add(1)
            return num_done + 1, results

        start = (tf.zeros((), num_steps.dtype), {"loss": tf.zeros(()), "accuracy": tf.zeros(())})
        _, results = tf.while_loop(lambda num_done, _: num_done < num_steps, execute_one, start)
        return results

    return tf.function(execute, autograph=False, reduce_retracing=True)
