"""A person at Label Studio: drives a real browser by mouse and keys as an annotator would."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SUBMIT = 'button[aria-label="Submit current annotation"]'
UPDATE = 'button:has-text("Update")'
TEXT = ".lsf-htx-richtext"

# The boxes on the screen of a stretch of the text, by code points as Dateline counts.
BOXES = """
([selector, start, end]) => {
  const root = document.querySelector(selector);
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  const range = document.createRange();
  let at = 0, begun = false;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.nodeType === Node.ELEMENT_NODE) { if (node.tagName === "BR") at += 1; continue; }
    let unit = 0;
    for (const character of node.data) {
      if (at === start) { range.setStart(node, unit); begun = true; }
      unit += character.length;
      at += 1;
      if (begun && at === end) {
        range.setEnd(node, unit);
        range.startContainer.parentElement.scrollIntoView({block: "center"});
        return Array.from(range.getClientRects())
          .filter(box => box.width > 0).map(box => [box.left, box.top, box.right, box.bottom]);
      }
    }
  }
  return [];
}
"""

BANNER = """
shown => {
  document.getElementById("dl-banner")?.remove();
  if (!shown) return;
  const banner = document.createElement("div");
  banner.id = "dl-banner";
  banner.textContent = "Picture made by a test: a program clicked here, nobody labelled anything.";
  banner.style = "position: fixed; left: 0; right: 0; top: 0; z-index: 99999; padding: 4px;"
    + "background: #333; color: #fff; font: 13px sans-serif; text-align: center;";
  document.body.append(banner);
}
"""


def chromium() -> str | None:
    """Where a browser is, or None: `DATELINE_CHROMIUM`, or one on the path."""
    for name in (
        os.environ.get("DATELINE_CHROMIUM"),
        "chromium",
        "chromium-browser",
        "google-chrome",
    ):
        found = shutil.which(name) if name else None
        if found:
            return found
    return None


class Person:
    """Somebody who is signed in and works in one window."""

    def __init__(self, page: Page, url: str, pictures: Path | None = None) -> None:
        self.page, self.url, self.pictures = page, url, pictures
        self.outside: set[str] = set()
        page.on("request", self._note)

    def _note(self, request: Any) -> None:
        if not request.url.startswith((self.url, "data:", "blob:")):
            self.outside.add(request.url)

    def sign_in(self, email: str, password: str) -> None:
        self.page.goto(f"{self.url}/user/login/")
        self.page.fill("input[name=email]", email)
        self.page.fill("input[name=password]", password)
        self.page.click("button[type=submit]")
        self.page.wait_for_url(lambda url: "/user/login" not in url)

    def open(self, project: int, task: int) -> None:
        """Open a task and wait until it can be worked on."""
        self.page.goto(f"{self.url}/projects/{project}/data?task={task}")
        self.page.wait_for_selector(TEXT)
        self.page.wait_for_selector(f"{SUBMIT}, {UPDATE}")
        self.page.wait_for_timeout(800)  # the editor draws regions once the text has settled

    def picture(self, name: str) -> None:
        """A picture for the docs, which says of itself who made it."""
        if self.pictures is not None:
            self.page.wait_for_timeout(300)
            self.page.evaluate(BANNER, True)
            self.page.screenshot(path=self.pictures / f"{name}.png")
            self.page.evaluate(BANNER, False)

    def boxes(self, start: int, end: int) -> list[tuple[float, float, float, float]]:
        self.page.evaluate(BOXES, [TEXT, start, end])  # scrolls there
        self.page.wait_for_timeout(150)
        found = self.page.evaluate(BOXES, [TEXT, start, end])
        assert found, f"no place on the screen for [{start}, {end})"
        return [(box[0], box[1], box[2], box[3]) for box in found]

    def mark(self, hotkey: str, start: int, end: int) -> None:
        """Press a label's key and drag over a stretch of the text; the new region is selected."""
        self.page.keyboard.press("Escape")
        boxes = self.boxes(start, end)
        self.page.keyboard.press(hotkey)
        first, last = boxes[0], boxes[-1]
        mouse = self.page.mouse
        mouse.move(first[0] + 0.5, (first[1] + first[3]) / 2)
        mouse.down()
        mouse.move((first[0] + last[2]) / 2, (last[1] + last[3]) / 2, steps=4)
        mouse.move(last[2] - 0.5, (last[1] + last[3]) / 2, steps=4)
        mouse.up()
        self.page.wait_for_timeout(250)

    def select(self, start: int, end: int) -> None:
        """Click on a region; nothing may be selected before."""
        self.page.keyboard.press("Escape")
        box = self.boxes(start, end)[0]
        self.page.mouse.click((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
        self.page.wait_for_timeout(250)

    def choose(self, hotkey: str) -> None:
        """Press the key of a value for the selected region."""
        self.page.keyboard.press(hotkey)
        self.page.wait_for_timeout(150)

    def write(self, field: str, words: str) -> None:
        """Fill in a field of words of the selected region."""
        place = self.page.locator(f'textarea[name="{field}"], input[name="{field}"]').first
        place.fill(words)
        place.press("Shift+Enter")
        self.page.wait_for_timeout(200)

    def note(self, words: str) -> None:
        """Say something about the whole article."""
        self.page.keyboard.press("Escape")
        self.write("note", words)

    def relate(self, source: tuple[int, int], target: tuple[int, int], name: str) -> None:
        """Draw an arrow from one region to another, and name it."""
        self.select(*source)
        self.page.keyboard.press("Alt+r")
        box = self.boxes(*target)[0]
        self.page.mouse.click((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
        self.page.keyboard.press("Escape")
        self._panel("Relations")
        drawn = self.page.locator(".lsf-relations__item").last
        drawn.hover()
        drawn.locator('button[aria-label="Show Relation Labels"]').click()
        drawn.locator('button[data-slot="popover-trigger"]').click()
        self.picture("naming-a-relation")
        self.page.get_by_role("option", name=name, exact=True).first.click()
        self.page.keyboard.press("Escape")
        self._panel("Regions")

    def _panel(self, name: str) -> None:
        self.page.locator(".lsf-panel-tabs__tab:visible", has_text=name).first.click()

    def submit(self) -> dict[str, Any]:
        """Press Submit or Update; the body that the editor sent."""
        self.page.keyboard.press("Escape")
        with self.page.expect_response(
            lambda r: "/annotations" in r.url and r.request.method in ("POST", "PATCH")
        ) as answer:
            self.page.locator(f"{SUBMIT}, {UPDATE}").first.click()
        assert answer.value.ok, answer.value.text()
        sent: dict[str, Any] = json.loads(answer.value.request.post_data or "{}")
        return sent


@contextmanager
def browser(url: str, pictures: Path | None = None) -> Iterator[Person]:
    """A window of a real browser, or a skip that says what is missing."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    place = chromium()
    if place is None:
        pytest.skip("no browser here: apt-get install chromium, or set DATELINE_CHROMIUM")
    with sync_api.sync_playwright() as play:
        window = play.chromium.launch(executable_path=place, args=FLAGS)
        try:
            page = window.new_page(viewport={"width": 1600, "height": 1000})
            page.set_default_timeout(60_000)
            yield Person(page, url, pictures)
        finally:
            window.close()
