"""The talk's chapters, in their order: what is left out of the talk is none."""

from deck.programs import catalogue
from deck.slides import chapters

ROOT = catalogue.ROOT
SLIDES = ROOT / "slides"
CHAPTERS = [SLIDES / f"{name}.rst" for name in chapters.documents(SLIDES)]
