"""The board's filters: those of leads that make sense where every stage is a column."""

from crm.filter_bar import FilterBar


class BoardFilters(FilterBar):
    """Fewer filters than the list has, and the state beside the text."""

    names = ("q", "assigned", "status", "qualification", "source", "tag", "next_step", "operation", "property_type")
    inline = ("q", "assigned", "status", "next_step")
