"""Measurements in the documents: the directive `chart` and the role `measured`.

    .. chart:: ping_pong
       :measure: round trip
       :size: 64 B
       :ways: pipe, TCP
       :cores: same core
       :labels: TCP = TCP over loopback

    .. chart:: unix_or_tcp
       :measure: throughput
       :compare: Unix stream / TCP

    A pipe answers in :measured:`ping_pong: pipe, across cores`; a Unix socket is
    :measured:`unix_or_tcp: Unix stream / TCP, throughput, 64 B` TCP.

Every figure comes from measurements/recorded.json, so none is written by hand. What can't be
resolved fails the build with file and line, naming the words that are known.
"""

import json
import re
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole
from sphinx.writers.html5 import HTML5Translator as HTMLTranslator

from deck.directives import html, rebuild, tables
from deck.directives.base import Broken, DeckDirective
from deck.measuring import phrases, results, units
from deck.slides import links, words

if TYPE_CHECKING:
    from deck.measuring import charts

logger = logging.getLogger(__name__)
# What is remembered of a document, in `env.metadata`: the charts in it.
CHARTS = "charts"


class chart(nodes.General, nodes.Element):
    """A chart: `key`, `measurement`, `drawn` (the SVGs), `words`, `made`."""


class figure_table(nodes.General, nodes.Element):
    """The chart's figures as a table, for reading."""


class ChartDirective(DeckDirective):
    """What was measured, as bars or as ratios, with a button that measures anew."""

    required_arguments = 1
    option_spec = dict.fromkeys(
        ("measure", "size", "ways", "compare", "cores", "labels"), directives.unchanged_required
    ) | {"as-listed": directives.flag}

    def build(self) -> list[nodes.Node]:
        try:
            return [self._chart()]
        except results.MeasuredError as error:
            raise Broken(str(error)) from error

    def _chart(self) -> chart:
        # Imported here: a talk without a chart does not wait for it.
        from deck.measuring import charts

        shown_as = self.depend_on(self.root / results.FILE)
        name = self.arguments[0]
        program = self.program(f"measurements.{name}")
        recorded = results.read(self.root / results.FILE, shown_as)
        found = recorded.results(name)
        what = self._what(found, program.title).resolved(found)
        cells = charts.shown(what, found)
        metadata = self.env.metadata[self.env.docname]
        metadata[CHARTS] = json.dumps([*json.loads(metadata.get(CHARTS, "[]")), what.as_json()])
        node = chart(key=what.key, measurement=name, drawn=charts.draw(what, found))
        node["words"] = f"{program.title} {charts.describe(what, found)}"
        whiskers = any("c-whisker" in svg for svg in node["drawn"].detail)
        node["made"] = recorded.made(max(cell.summary.rounds for cell in cells), whiskers)
        node["rows"] = [_row(what, cell) for cell in cells]
        self.set_source_info(node)
        return node

    def _what(self, found: results.Results, title: str) -> "charts.Chart":
        from deck.measuring.charts import Chart

        options = self.options
        pair: list[str] = []
        if "compare" in options:
            *pair, rest = phrases.pair_in(found, options["compare"])
            if rest:
                raise Broken(f":compare: has {rest!r} behind it; two ways are compared")
            if pair[0] == pair[1]:
                raise Broken(f":compare: has {pair[0]} twice; name two ways")
            for other in ("ways", "size", "as-listed"):
                if other in options:
                    raise Broken(f":{other}: and :compare: exclude each other; leave out one")
        cores = [word.strip() for word in options.get("cores", "").split(",") if word.strip()]
        return Chart(
            measurement=found.name,
            title=title,
            measure=options.get("measure", ""),
            size=self._size(found),
            ways=tuple(phrases.ways_in(found, options.get("ways", ""))),
            compare=tuple(pair),
            cores=tuple(cores),
            labels=self._labels(found),
            as_listed="as-listed" in options,
        )

    def _size(self, found: results.Results) -> int:
        known = {units.size(count): count for count in found.values("size")}
        text = self.options.get("size", "")
        if text and text not in known:
            raise Broken(f"no size {text!r}; there is {', '.join(known)}")
        return int(known.get(text, 0))

    def _labels(self, found: results.Results) -> tuple[tuple[str, str], ...]:
        text = self.options.get("labels", "")
        known = [*found.values("way"), *found.values("measure")]
        names = "|".join(sorted(map(re.escape, known), key=len, reverse=True))
        before, *pairs = re.split(rf"(?:^|,)\s*({names})\s*=\s*", text)
        if before.strip():
            there = ", ".join(known)
            raise Broken(f":labels: {before.strip()!r} is no `name = label`; there is {there}")
        return tuple(zip(pairs[::2], map(str.strip, pairs[1::2]), strict=True))


def _row(what: "charts.Chart", cell: results.Cell) -> list[str]:
    summary = cell.summary

    def said(value: float | None) -> str:
        return "" if value is None else units.number(value, cell.unit)

    spread = f"{said(summary.low)} to {said(summary.high)}"
    first = [what.label(cell.way), units.size(cell.size), cell.cores, cell.by]
    return [*first, said(summary.median), said(summary.p99), said(summary.minimum), spread]


COLUMNS = ("way", "size", "cores", "by", "median", "p99", "minimum", "spread over rounds")


def table_of(node: chart) -> figure_table:
    """All figures of a chart, for the handout; a column without any is left out."""
    columns = zip(COLUMNS, *node["rows"], strict=True)
    header, *rows = zip(*(column for column in columns if any(column[1:])), strict=True)
    return figure_table("", tables.build(header, rows, "measured"))


class MeasuredRole(SphinxRole):
    """A figure in a sentence: `:measured:`ping_pong: pipe``."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        try:
            return [nodes.inline("", self._said(), classes=["measured"])], []
        except (Broken, results.MeasuredError) as error:
            logger.warning("measured: %s", error, location=self.get_location())
            return [nodes.inline("", f"measured: {error}", classes=["broken"])], []

    def _said(self) -> str:
        root = Path(self.config.deck_root).resolve()
        path = root / results.FILE
        rebuild.depend_on(self.env, path)
        name, colon, text = self.text.partition(":")
        if not colon:
            raise Broken(
                f"{self.text!r} has no colon; write `measurement: way` or `measurement: A / B`"
            )
        found = results.read(path, str(results.FILE)).results(name.strip())
        said = phrases.say(found, text)
        # A number and its unit stay on one line.
        return re.sub(r"(?<=\d) (?=\S+$)", "\N{NO-BREAK SPACE}", said)


# ---- how it is written


def visit_chart(self: HTMLTranslator, node: chart) -> None:
    """On slides large, and in detail with the next step; elsewhere in detail."""
    live = html.on_slides(self)
    drawn: charts.Drawn = node["drawn"]
    svgs = "".join((*drawn.hall, *drawn.detail) if live else drawn.detail)
    label = escape(words._("Measure again"))
    button = f'<button type="button" class="chart-run" hidden>{label}</button>'
    status = '<output class="chart-status"></output>'
    made = html.DATE.sub(r'<span class="date">\1</span>', escape(node["made"]))
    self.body.append(
        f'<div class="chart{" fragment custom" if live else ""}"'
        f' data-chart="{escape(node["measurement"])}" data-key="{node["key"]}">\n'
        f'<figure class="measured">{svgs}</figure>\n'
        f'<div class="chart-bar">{button + status if live else ""}'
        f'<span class="chart-made">{made}</span></div>\n</div>\n'
    )
    raise nodes.SkipNode


def visit_chart_as_text(self: nodes.NodeVisitor, node: chart) -> None:
    # Some writers ask a paragraph for what stands around it.
    said = nodes.container("", *(nodes.paragraph("", node[key]) for key in ("words", "made")))
    said.parent = node.parent
    for paragraph in said:
        paragraph.walkabout(self)
    raise nodes.SkipNode


def visit_figure_table(self: HTMLTranslator, node: figure_table) -> None:
    # On paper nothing unfolds.
    if not getattr(self.builder, "one_page", False):
        label = escape(words._("All figures"))
        self.body.append(f'<details class="figures"><summary>{label}</summary>\n')


def depart_figure_table(self: HTMLTranslator, node: figure_table) -> None:
    if not getattr(self.builder, "one_page", False):
        self.body.append("</details>\n")


def list_charts(app: Sphinx, exception: Exception | None) -> None:
    """Tell the stage what to draw when a measurement is made anew."""
    if exception or not links.building_slides(app.builder):
        return
    told = [
        each
        for about in app.env.metadata.values()
        if CHARTS in about
        for each in json.loads(about[CHARTS])
    ]
    path = Path(app.outdir) / results.CHARTS
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(told, ensure_ascii=False, indent=1), "utf-8")


def setup(app: Sphinx) -> None:
    plain = (visit_chart_as_text, None)
    app.add_node(chart, html=(visit_chart, None), latex=plain, text=plain, man=plain, texinfo=plain)
    app.add_node(figure_table, html=(visit_figure_table, depart_figure_table))
    app.add_directive("chart", ChartDirective)
    app.add_role("measured", MeasuredRole())
    app.connect("build-finished", list_charts)
