# The image's steps are those of the Makefile: a virtual environment from the lock file.
FROM python:3.13-slim AS build
WORKDIR /app
RUN apt-get update && apt-get install -y --no-install-recommends make && rm -rf /var/lib/apt/lists/*
COPY Makefile pyproject.toml requirements.lock ./
RUN make .venv/run.stamp

FROM python:3.13-slim
WORKDIR /app
RUN useradd --system --create-home app && mkdir var && chown app var
COPY --from=build /app/.venv .venv
COPY manage.py ./
COPY proxy_project proxy_project
COPY console console
COPY services services
COPY jobs jobs
COPY credentials credentials
COPY sandbox sandbox
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 HOST=0.0.0.0 PORT=8000
RUN SECRET_KEY=build-only-build-only-build-only-build \
    API_KEY_PEPPER=build-only-pepper-build-only-pepper-00 \
    python manage.py collectstatic --noinput && chown -R app var
USER app
EXPOSE 8000
STOPSIGNAL SIGTERM
CMD ["python", "manage.py", "serve"]
