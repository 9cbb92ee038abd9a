"""Files that cannot be imported, each with a sentence that says what to do."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REASONS: dict[str, Promise] = {
    "empty": _("El archivo está vacío."),
    "too_big": _("El archivo pesa más de 50 MB. Divídelo en partes."),
    "too_many_rows": _("La planilla tiene más de un millón de filas. Divídela en partes."),
    "too_many_columns": _("La planilla tiene más de 200 columnas. Borra las que no sirven y vuelve a subirla."),
    "old_excel": _("Es un Excel antiguo (.xls) o está protegido con clave. Guárdalo como .xlsx sin clave o como CSV."),
    "binary_excel": _("Es un Excel binario (.xlsb). Guárdalo como .xlsx o como CSV."),
    "open_document": _("Es una planilla de LibreOffice (.ods). Guárdala como .xlsx o como CSV."),
    "zip": _("Es un archivo comprimido. Descomprímelo y sube la planilla que contiene."),
    "pdf": _("Es un PDF. Sube la planilla como .xlsx o CSV."),
    "image": _("Es una imagen. Sube la planilla como .xlsx o CSV."),
    "web_page": _("Es una página web, no una planilla. Ábrela en Excel y guárdala como .xlsx."),
    "not_text": _("El archivo no es una planilla: no se reconoce su contenido."),
    "damaged": _("La planilla está dañada y no se puede abrir. Guárdala de nuevo como .xlsx."),
    "bomb": _("La planilla se expande a un tamaño desmedido y no se abrirá."),
    "no_rows": _("La planilla no tiene filas de datos."),
}


class UnreadableFile(Exception):
    """A file that cannot be imported. `code` is a key of REASONS; str() is the sentence for the person."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    def __str__(self) -> str:
        return str(REASONS[self.code])
