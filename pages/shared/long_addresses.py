"""Redirects an address that goes on after the name of a page, such as /train/extra, to the page.

Streamlit would answer such an address with its front end, which names its scripts by relative addresses. The
browser would look for the scripts below the page's name and not find them. The window would stay white.
"""

from functools import partial

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

# The pages of pages/site.py that have a name in their address.
PAGES = ("train", "teach", "inside", "evaluate", "audience")


def routes(prefix: str = "") -> list[Route]:
    """Returns the routes that redirect. `prefix` is the path of the app, such as "/lab", or ""."""
    return [Route(f"{prefix}/{page}/{{rest:path}}", partial(_answer, f"{prefix}/{page}")) for page in PAGES]


async def _answer(page: str, request: Request) -> Response:
    # Streamlit's scripts look for the server below each page, too, as at /train/_stcore/health. They must not
    # find it there.
    if request.path_params["rest"].startswith("_stcore/"):
        return Response(status_code=404)
    query = request.url.query
    return RedirectResponse(f"{page}?{query}" if query else page)
