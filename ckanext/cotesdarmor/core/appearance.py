"""The instance's colours as a style sheet, and its territory as a logo."""

from __future__ import annotations

from collections.abc import Mapping

from .outlines import SvgMap


def style_sheet(colours: Mapping[str, str]) -> str:
    """The colours as custom properties, which the portal's own style sheet uses."""
    lines = [f"  --portal-{name.replace('_', '-')}: {colour};" for name, colour in sorted(colours.items())]
    return "\n".join([":root {", *lines, "}", ""])


def logo(outline: SvgMap, colours: Mapping[str, str]) -> str:
    """A square with the silhouette of the territory, legible from a browser's tab to a page's head."""
    size, margin = 64, 7
    scale = (size - 2 * margin) / max(outline.width, outline.height)
    left, top = (size - outline.width * scale) / 2, (size - outline.height * scale) / 2
    path = "".join(shape.path for shape in outline.shapes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}">'
        f'<rect width="{size}" height="{size}" rx="14" fill="{colours["primary"]}"/>'
        f'<path transform="translate({left:.1f} {top:.1f}) scale({scale:.3f})" fill="#fff" d="{path}"/>'
        f'<path d="M10 55q7.500-5 15 0t15 0 14 0" fill="none" stroke="#fff" stroke-width="3" '
        f'stroke-linecap="round" opacity=".75"/></svg>'
    )
