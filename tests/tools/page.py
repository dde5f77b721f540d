#!/usr/bin/python3
"""Checks a page of report.

usage: page.py PAGE            form, references, headings, texts for readers who do not see, contrast
       page.py PAGE REPORT     also its numbers, against the JSON of residuals
       page.py --groups PAGE   for each class of a stream, how many elements of figures have it
"""
import collections
import html.parser
import json
import re
import sys
import xml.etree.ElementTree

VOID = {"meta", "input", "img", "br", "link", "hr"}


class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.ids, self.refs, self.headings, self.faults = [], [], [], [], []
        self.tags, self.classes, self.rows = collections.Counter(), collections.Counter(), []
        self.cell = None
        self.title = ""

    def handle_starttag(self, tag, attrs):
        at = dict(attrs)
        self.tags[tag] += 1
        if len(at) != len(attrs):
            self.faults.append(f"an attribute twice in <{tag}>")
        for name, value in attrs:
            if name.startswith("on") or name in ("srcset", "formaction", "action", "background"):
                self.faults.append(f"<{tag} {name}>")
            if name in ("src", "href", "xlink:href") and not (value.startswith("#") or value.startswith("data:image/png")):
                self.faults.append(f"<{tag} {name}={value[:60]}>")
            if name in ("href", "aria-labelledby"):
                self.refs.append(value.lstrip("#"))
            if "url(" in (value or "") and "url(#" not in value:
                self.faults.append(f"<{tag} {name}={value[:60]}>")
        if "id" in at:
            self.ids.append(at["id"])
        if tag == "img" and not at.get("alt"):
            self.faults.append("a picture without alt")
        if tag == "svg" and at.get("aria-hidden") != "true" and not (at.get("role") == "img" and at.get("aria-label")):
            self.faults.append("an SVG without role and label")
        if tag == "html" and at.get("lang") != "en":
            self.faults.append("no language")
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        for name in (at.get("class") or "").split():
            if re.fullmatch(r"s\d+", name):
                self.classes[name] += 1
        if tag == "tr":
            self.rows.append([])
        if tag == "td":
            self.rows[-1].append([])
        if tag == "data" and "td" in self.open:
            self.rows[-1][-1].append(float(at["value"]))
        if tag in ("script", "iframe", "object", "embed", "foreignobject", "image") and (tag != "script" or "svg" in self.open):
            self.faults.append(f"<{tag}>")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> that does not fit")

    def handle_data(self, data):
        if self.open and self.open[-1] == "title" and "svg" not in self.open:
            self.title += data


def luminance(colour):
    rgb = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb]
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(a, b):
    hi, lo = sorted((luminance(a), luminance(b)), reverse=True)
    return (hi + 0.05) / (lo + 0.05)


def check_colours(text):
    roots = re.findall(r":root\{([^}]*)\}", text.split("@media print")[0])
    assert len(roots) == 2, "a light and a dark scheme"
    light = dict(re.findall(r"--(\w+):(#[0-9a-f]{6})", roots[0]))
    dark = {**light, **dict(re.findall(r"--(\w+):(#[0-9a-f]{6})", roots[1]))}
    for scheme in (light, dark):
        for ink in ("ink", "soft", "link", "off"):
            for paper in ("paper", "band"):
                assert contrast(scheme[ink], scheme[paper]) >= 4.5, (ink, paper, scheme)
    for colour in set(re.findall(r'(?:fill|stroke)="(#[0-9a-f]{6})"', text)) & {"#1a1a1f", "#767676", "#0072b2"}:
        assert contrast(colour, "#ffffff") >= 4.5, colour


def check_numbers(page, report):
    """Each row of the table is found again in the report, to the last digit."""
    def at(o, path):
        for key in path.split("."):
            o = o.get(key) if isinstance(o, dict) else None
        return o
    rows = {"sigma_mad": "errors.sigma_mad", "outlier_fraction": "errors.outlier_fraction",
            "mean_residual": "errors.mean_residual", "slope_zspec.value": "slope_zspec.error",
            "offset_zspec": "errors.offset_zspec", "rms_zspec_curve": "errors.rms_zspec_curve",
            "slope_zphoto.value": "slope_zphoto.error", "rms_zphoto_curve": "errors.rms_zphoto_curve",
            "tv.value": "tv.error", "crps": "errors.crps", "pit_ks": "errors.pit_ks",
            "tomography.worst_pz.value": "tomography.worst_pz.error",
            "tomography.worst_zphot.value": "tomography.worst_zphot.error",
            "coverage_68": "errors.coverage_68", "coverage_95": "errors.coverage_95"}
    shown = [[tuple(cell[:2]) for cell in row] for row in page.rows]
    for value, error in rows.items():
        want = [tuple(x for x in (at(s, value), at(s, error)) if x is not None) for s in report.values()]
        if any(want):
            assert any(row[-len(want):] == want for row in shown), (value, want)
    want = [(s["n"],) for s in report.values()]
    assert any(row[-len(want):] == want for row in shown), "n"


def main():
    groups = sys.argv[1] == "--groups"
    names = sys.argv[1 + groups:]
    text = open(names[0], encoding="utf-8").read()
    page = Page()
    page.feed(text)
    page.close()
    if groups:
        print(" ".join(f"{k}:{page.classes[k]}" for k in sorted(page.classes)))
        return
    assert text.startswith("<!DOCTYPE html>")
    assert not page.open and not page.faults, (page.open, page.faults)
    assert page.title.strip() and page.tags["main"] == page.tags["h1"] == 1
    twice = [i for i, n in collections.Counter(page.ids).items() if n > 1]
    assert not twice, twice
    assert not set(page.refs) - set(page.ids), set(page.refs) - set(page.ids)
    assert page.headings[0] == 1 and all(b <= a + 1 for a, b in zip(page.headings, page.headings[1:])), page.headings
    assert not re.search(r"https?:", text), "a page of its own names no address"
    for svg in re.findall(r"<svg.*?</svg>", text, re.S):
        xml.etree.ElementTree.fromstring(re.sub("&(?!amp;|lt;|gt;|quot;|#)", "&amp;", svg))
    check_colours(text)
    if len(names) > 1:
        check_numbers(page, json.load(open(names[1])))


main()
