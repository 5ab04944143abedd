# Two stages: the first builds a virtual environment from the hash-locked file, the second only runs it.
FROM python:3.13-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
COPY requirements.lock ./
RUN python -m venv /opt/venv && /opt/venv/bin/pip install --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY bot ./bot
COPY config ./config
RUN /opt/venv/bin/pip install --no-build-isolation --no-deps . \
    && /opt/venv/bin/python -m compileall -q /opt/venv/lib

FROM python:3.13-slim
# The font that Chinese names in pictures are set in; without it they are drawn in English.
RUN apt-get update && apt-get install -y --no-install-recommends fonts-wqy-microhei && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 10001 --create-home --shell /usr/sbin/nologin wirewatch \
    && mkdir -p /app/config /app/state && chown -R wirewatch:wirewatch /app
COPY --from=build /opt/venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 WIREWATCH_CONFIG=/app/config WIREWATCH_STATE=/app/state \
    MPLCONFIGDIR=/tmp/matplotlib
COPY --chown=wirewatch:wirewatch config /app/config
WORKDIR /app
USER wirewatch
VOLUME /app/state
# Healthy while the bot polls: exit 1 when nothing was polled for a while.
HEALTHCHECK --interval=60s --timeout=20s --start-period=60s CMD ["wirewatch", "status", "--health"]
ENTRYPOINT ["wirewatch"]
CMD ["run"]
