"""What a channel takes: plain text or clean HTML, and how long."""

import nh3

from templates_app.enums import TemplateChannel
from templates_app.values import plain, readable

SUBJECT = 200
LIMITS = {
    TemplateChannel.WHATSAPP: 1_600,
    TemplateChannel.TELEGRAM: 4_096,
    TemplateChannel.EMAIL: 20_000,
    TemplateChannel.CALL: 1_000,
}
"""Characters of a text; Telegram counts UTF-16 units."""
_TAGS = {
    *("a", "b", "blockquote", "br", "center", "div", "em", "h1", "h2", "h3", "h4", "hr", "i", "img", "li", "ol", "p"),
    *("s", "small", "span", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul"),
}
_ATTRIBUTES = {
    "*": {"align", "style", "title", "dir", "lang"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    **{tag: {"width", "height", "valign", "bgcolor", "colspan", "rowspan"} for tag in ("table", "td", "th", "tr")},
}
_STYLES = {
    *("background-color", "border", "border-radius", "color", "display", "font-family", "font-size", "font-style"),
    *("font-weight", "height", "letter-spacing", "line-height", "margin", "margin-bottom", "margin-left"),
    *("margin-right", "margin-top", "max-width", "padding", "padding-bottom", "padding-left", "padding-right"),
    *("padding-top", "text-align", "text-decoration", "vertical-align", "width"),
}
_SCHEMES = {"https", "http", "mailto", "tel"}


def subject(text: str) -> str:
    """One line: no header can be smuggled in."""
    return plain(text)[:SUBJECT]


def body(text: str) -> str:
    """Plain text, its empty places closed."""
    return readable(text)


def html(text: str) -> str:
    """The author's HTML with what mail programs show and nothing that runs, loads or lies over the page."""
    clean: str = nh3.clean(
        readable(text),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        filter_style_properties=_STYLES,
        link_rel="noopener noreferrer",
    )
    return clean


def bare(text: str) -> str:
    """Clean HTML without its looks and pictures, as our own pages may frame it under their policy."""
    attributes = {tag: names - {"style", "bgcolor"} for tag, names in _ATTRIBUTES.items()}
    shown: str = nh3.clean(text, tags=_TAGS - {"img"}, attributes=attributes, url_schemes=_SCHEMES)
    return shown


def content(text: str) -> str:
    """A content variable of WhatsApp: one line, single spaces."""
    return plain(text)


def length(text: str, channel: str) -> int:
    """Characters as the channel counts them."""
    return len(text.encode("utf-16-le", "ignore")) // 2 if channel == TemplateChannel.TELEGRAM else len(text)


def limit(channel: str) -> int:
    """The most a channel takes."""
    return LIMITS[TemplateChannel(channel)]


def fits(text: str, channel: str) -> bool:
    """Whether the channel takes a text of this length."""
    return length(text, channel) <= limit(channel)
