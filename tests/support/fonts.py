"""Finds out in which of the computer's fonts a browser draws a text."""


def fonts_of_the_machine(page, selector):
    """Returns the names of the fonts in which the browser draws an element's text, without the app's own."""
    chromium = page.context.new_cdp_session(page)
    for domain in ("DOM", "CSS"):
        chromium.send(f"{domain}.enable")
    root = chromium.send("DOM.getDocument", {"depth": 0})["root"]["nodeId"]
    node = chromium.send("DOM.querySelector", {"nodeId": root, "selector": selector})["nodeId"]
    used = chromium.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    assert used
    return {font["familyName"] for font in used if not font["isCustomFont"]}
