"""Keeps a page that was left from being answered on the page that came after it.

Something on a page, such as the canvas when it has loaded, may report to the server just after the visitor has
clicked on the way to another page. Streamlit 1.67 runs that fragment when it has made the new page; it no longer
exists, but the browser is told that the old page is shown again, then gets pieces of the new one, and goes white:
"Bad delta path index". (Where the report overtakes the click, within a millisecond, the old page is shown once more; to
mend that would take more than this. Streamlit's pull request 9617 mended the same for fragments that run by themselves.)
"""

from functools import wraps

from streamlit.runtime.scriptrunner.script_runner import ScriptRunner


def drop_requests() -> None:
    """From now on, what a fragment of another page asks for is not done; for this process, once."""
    if not hasattr(ScriptRunner._run_script, "__wrapped__"):
        ScriptRunner._run_script = _of_this_page_only(ScriptRunner._run_script)


def _of_this_page_only(run_script):
    @wraps(run_script)
    def run(self, rerun_data):
        # Of this session's last run; empty before the first.
        page, fragments = self._get_script_run_ctx().page_script_hash, rerun_data.fragment_id_queue
        is_elsewhere = page and rerun_data.page_script_hash and rerun_data.page_script_hash != page
        is_gone = fragments and not any(map(self._fragment_storage.contains, fragments))
        if not (is_elsewhere and is_gone):
            run_script(self, rerun_data)

    return run
