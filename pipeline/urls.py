"""Pages of pipeline."""

from django.urls import path

from pipeline import (
    views_advance,
    views_board,
    views_bulk,
    views_move,
    views_palette,
    views_rules,
    views_stage,
    views_today,
    views_undo,
)

app_name = "pipeline"
urlpatterns = [
    path("today/", views_today.today_page, name="today"),
    path("board/", views_board.board, name="board"),
    path("board/cards/", views_board.cards, name="cards"),
    path("board/cards/<uuid:public_id>/", views_board.card, name="card"),
    path("board/filters/", views_board.filters, name="filters"),
    path("palette/", views_palette.options, name="palette"),
    path("leads/<uuid:public_id>/move/", views_move.move, name="move"),
    path("leads/<uuid:public_id>/advance/", views_advance.lead_advance, name="lead-advance"),
    path("leads/bulk/", views_bulk.bulk_act, name="bulk"),
    path("settings/rules/", views_rules.settings, name="rules"),
    path("settings/rules/preview/", views_rules.preview, name="rules-preview"),
    path("settings/rules/<int:version>/restore/", views_rules.restore, name="rules-restore"),
    path("leads/<uuid:public_id>/stage/", views_stage.lead_stage, name="lead-stage"),
    path("leads/<uuid:public_id>/transitions/<uuid:transition_id>/undo/", views_undo.undo, name="undo"),
]
