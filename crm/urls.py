"""Pages of crm: the leads, and the import under /import/."""

from django.urls import include, path

from crm.views import (
    actions,
    assignment,
    capture_forms,
    custom_fields,
    exports,
    import_result,
    imports,
    lead,
    lead_acts,
    lead_edit,
    lead_list,
    merge,
    privacy,
    public_form,
    referrals,
    saved_views,
    score,
)
from crm.views import (
    bin as leads_bin,
)

_leads = [
    path("", lead_list.lead_list, name="lead-list"),
    path("filters/", lead_list.lead_filters, name="lead-filters"),
    path("new/", lead_edit.lead_new, name="lead-new"),
    path("hint/<slug:kind>/", lead_edit.lead_hint, name="lead-hint"),
    path("export/", exports.lead_export, name="lead-export"),
    path("exports/<uuid:public_id>/", exports.export_file, name="export-file"),
    path("bin/", leads_bin.bin_list, name="bin"),
    path("bin/<uuid:public_id>/restore/", leads_bin.bin_restore, name="bin-restore"),
    path("distribute/", assignment.distribute, name="distribute"),
    path("pause/", assignment.pause, name="pause"),
    path("merge/", merge.merge_pair, name="merge-pair"),
    path("<uuid:public_id>/", lead.lead, name="lead"),
    path("<uuid:public_id>/merge/", merge.merge_search, name="lead-merge-search"),
    path("<uuid:public_id>/merge/<uuid:other_id>/", merge.merge_page, name="lead-merge"),
    path("<uuid:public_id>/personal-data/", privacy.personal_data, name="personal-data"),
    path("<uuid:public_id>/personal-data/export/", privacy.personal_export, name="personal-export"),
    path("personal-files/<uuid:public_id>/", privacy.personal_file, name="personal-file"),
    path("<uuid:public_id>/delete/", leads_bin.lead_delete, name="lead-delete"),
    path("<uuid:public_id>/head/", lead.lead_head, name="lead-head"),
    path("<uuid:public_id>/score/", score.lead_score, name="lead-score"),
    path("<uuid:public_id>/timeline/", lead.lead_timeline, name="lead-timeline"),
    path("<uuid:public_id>/notes/", lead_acts.lead_note, name="lead-note"),
    path("<uuid:public_id>/assign/", lead_acts.lead_assign, name="lead-assign"),
    path("<uuid:public_id>/referrals/", referrals.lead_referrals, name="lead-referrals"),
    path("<uuid:public_id>/referrer/", referrals.lead_referrer, name="lead-referrer"),
    path("<uuid:public_id>/tags/", lead_acts.lead_tags, name="lead-tags"),
    path("<uuid:public_id>/consent/", lead_acts.lead_consent, name="lead-consent"),
    path("<uuid:public_id>/facts/<slug:section>/", lead_edit.lead_section, name="lead-section"),
    path("<uuid:public_id>/edit/<slug:section>/", lead_edit.lead_edit, name="lead-edit"),
]
_import = [
    path("", imports.index, name="import-list"),
    path("new/", imports.new, name="import-new"),
    path("<uuid:public_id>/", import_result.detail, name="import-detail"),
    path("<uuid:public_id>/columns/", imports.mapping, name="import-mapping"),
    path("<uuid:public_id>/reading/", imports.reread, name="import-reread"),
    path("<uuid:public_id>/preview/", imports.preview, name="import-preview"),
    path("<uuid:public_id>/discard/", imports.discard, name="import-discard"),
    path("<uuid:public_id>/resume/", import_result.resume, name="import-resume"),
    path("<uuid:public_id>/rejected.csv", import_result.rejected, name="import-rejected"),
    path("<uuid:public_id>/revert/", import_result.revert, name="import-revert"),
]

_fields = [
    path("", custom_fields.field_list, name="field-list"),
    path("new/", custom_fields.field_new, name="field-new"),
    path("<uuid:public_id>/", custom_fields.field_edit, name="field-edit"),
    path("<uuid:public_id>/move/", custom_fields.field_move, name="field-move"),
    path("<uuid:public_id>/archive/", custom_fields.field_archive, name="field-archive"),
    path("<uuid:public_id>/restore/", custom_fields.field_restore, name="field-restore"),
]

_forms = [
    path("", capture_forms.form_list, name="form-list"),
    path("new/", capture_forms.form_new, name="form-new"),
    path("preview/", capture_forms.form_preview, name="form-preview"),
    path("<uuid:public_id>/", capture_forms.form_edit, name="form-edit"),
]
_public = [
    path("embed.js", public_form.embed_script, name="embed-script"),
    path("<str:token>/", public_form.public_form, name="public-form"),
    path("<str:token>", public_form.public_form, name="public-form-bare"),
]
_views = [
    path("<slug:page>/", saved_views.view_menu, name="view-menu"),
    path("<slug:page>/save/", saved_views.view_save, name="view-save"),
    path("<slug:page>/open/", saved_views.view_open, name="view-open"),
    path("<slug:page>/restore/", saved_views.view_restore, name="view-restore"),
    path("of/<uuid:public_id>/", saved_views.view_edit, name="view-edit"),
    path("of/<uuid:public_id>/delete/", saved_views.view_delete, name="view-delete"),
]

app_name = "crm"
urlpatterns = [
    path("leads/", include(_leads)),
    path("import/", include(_import)),
    path("", include("crm.urls_work")),
    path("settings/assignment/", assignment.settings, name="assignment"),
    path("actions/<uuid:public_id>/undo/", actions.action_undo, name="action-undo"),
    path("settings/fields/", include(_fields)),
    path("settings/forms/", include(_forms)),
    path("l/", include(_public)),
    path("views/", include(_views)),
]
