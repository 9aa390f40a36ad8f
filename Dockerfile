# Ears and voice of Parlor. The image contains piper-tts and is therefore distributed under GPL-3.0-or-later;
# Parlor's own source is Apache-2.0.
FROM python:3.13-slim-trixie AS build

COPY pyproject.toml README.md LICENSE /source/
COPY custom_components/parlor/speech_server /source/custom_components/parlor/speech_server
RUN python -m venv /opt/parlor-speech \
    && /opt/parlor-speech/bin/pip install --no-cache-dir --no-compile "/source[zeroconf]"

FROM python:3.13-slim-trixie

LABEL org.opencontainers.image.title="Parlor speech" \
    org.opencontainers.image.description="faster-whisper and Piper behind one Wyoming server" \
    org.opencontainers.image.licenses="GPL-3.0-or-later" \
    org.opencontainers.image.source="https://github.com/parlor-home/parlor" \
    io.hass.type="app" \
    io.hass.arch="amd64|aarch64"

RUN useradd --create-home --uid 10300 parlor && mkdir /data && chown parlor /data
COPY --from=build /opt/parlor-speech /opt/parlor-speech
COPY --chmod=755 app/run.sh /usr/local/bin/parlor-speech-run

VOLUME /data
EXPOSE 10300
ENV PATH=/opt/parlor-speech/bin:$PATH PYTHONUNBUFFERED=1

HEALTHCHECK --start-period=30s --interval=60s --timeout=10s \
    CMD ["parlor-speech", "--healthcheck", "--uri", "tcp://127.0.0.1:10300"]
ENTRYPOINT ["parlor-speech-run"]
