"""Pages of pipeline."""

from django.urls import path

from pipeline import views_advance, views_board, views_move, views_stage

app_name = "pipeline"
urlpatterns = [
    path("board/", views_board.board, name="board"),
    path("board/cards/", views_board.cards, name="cards"),
    path("board/filters/", views_board.filters, name="filters"),
    path("leads/<uuid:public_id>/move/", views_move.move, name="move"),
    path("leads/<uuid:public_id>/advance/", views_advance.lead_advance, name="lead-advance"),
    path("leads/<uuid:public_id>/stage/", views_stage.lead_stage, name="lead-stage"),
]
