"""Exports a network as a web page in one file, which needs no server and no internet connection."""

import base64
import hashlib
import html
import re
from pathlib import Path
from string import Template

from bnn.data.dataset import are_digits
from bnn.drawing import scripts
from bnn.engine.portable import script
from bnn.export.facts import read_network
from bnn.export.seal import sealed_html
from bnn.runs.run import Run
from bnn.system.size_text import bytes_text

_PAGE = Path(__file__).parent / "page"
# The comments of a style sheet, which the page leaves out like those of the scripts.
_COMMENTS = re.compile(r"[ \t]*/\*.*?\*/\n?", re.DOTALL)
_NETWORK = re.compile(
    r'<script type="application/octet-stream" id="network" data-sha256="(\w+)">([^<]*)</script>'
)

# The facts that may change after an export, with the fixed words of page.html between them, and the seal at
# the end of a page. The atomic groups (?>...) keep the search short in a long text that does not match.
_CHANGING = re.compile(
    r"(?<=this network: )[^<>]*(?=\.</p>)"
    r'|(?<=<p class="quiet">)(?>[^<>]*?, recipe )(?>[^<>]*?\. Learnt from: )'
    r"[^<>]*(?=\. Made with One-Bit Lab; <code)"
    r"|(?<=: )[0-9a-f]{64}(?= -->\n\Z)"
)


def to_html(run: Run, *, can_send: bool = False) -> str:
    """Returns the page: a canvas, and the run's network, which reads the drawing.

    Args:
        run: the run whose network the page contains.
        can_send: whether the page has a button that sends the drawing to the server of the page.
            A page without this button can send nothing at all.

    Raises:
        ValueError: if the run has no valid network, or its `data.json` is damaged.
        OSError: if a file of the run cannot be read.
    """
    content, network, facts = read_network(run)
    values = {name: html.escape(str(value)) for name, value in vars(facts).items()}
    # Numbers look as in the app, and stay in one line with their units.
    values |= {
        "accuracy": values["accuracy"].replace(" %", "\u00a0%"),
        "num_weights": f"{facts.num_weights:,}",
        "size": bytes_text(facts.num_bytes),
    }
    names = ["page.js", "send.js"] if can_send else ["page.js"]
    code = script.module(*scripts.PAD, *(_PAGE / name for name in names))
    page = Template((_PAGE / "page.html").read_text("utf-8")).substitute(
        values,
        thing="digit" if are_digits(network.class_names) else "sign",
        policy=_policy(code, "'self'" if can_send else "'none'"),
        send=(_PAGE / "send.html").read_text("utf-8") if can_send else "",
        style=_COMMENTS.sub("", (_PAGE / "page.css").read_text("utf-8")),
        script=code,
        network=base64.b64encode(content).decode(),
    )
    return sealed_html(page)


def network_in(page: str) -> bytes:
    """Returns the packed file that a page contains.

    Raises:
        ValueError: if the page does not contain exactly one packed file, or the file's digest is not the one
            in the page.
    """
    match = _NETWORK.search(page)
    if not match or page.count('id="network"') > 1:
        raise ValueError("it does not contain exactly one packed network")
    content = base64.b64decode(match[2], validate=True)
    if hashlib.sha256(content).hexdigest() != match[1]:
        raise ValueError("its network was changed: its SHA-256 is not the one in the page")
    return content


def without_changing_facts(page: str) -> str:
    """Returns a page without what may differ between two exports of a network: some facts, and the seal.

    The facts are the run's name, recipe, accuracy, date and sources. Only text is left out, no element.
    """
    return _CHANGING.sub("", page)


def _policy(code: str, server: str) -> str:
    """Returns a Content-Security-Policy: the page can run only this script, and connect only to `server`."""
    digest = base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'sha256-{digest}' 'wasm-unsafe-eval'; style-src 'unsafe-inline';"
        f" img-src data:; connect-src {server}; base-uri 'none'; form-action 'none'"
    )
