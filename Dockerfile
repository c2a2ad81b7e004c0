# The app in a container. Build the image, then run it. Only this computer can open the app, and a volume keeps the runs:
#
#     docker build -t one-bit-lab .
#     docker run --init --rm -p 127.0.0.1:8501:8501 -v one-bit-lab-runs:/runs one-bit-lab
#
# Then open http://localhost:8501. See docs/containers.md.
FROM python:3.12-slim-bookworm

ENV PYTHONUNBUFFERED=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    BNN_RUNS_DIR=/runs

# The app runs as an ordinary user. /runs is made here so that a new volume belongs to this user.
RUN useradd --create-home --uid 1000 bnn \
    && mkdir /runs \
    && chown bnn:bnn /runs

WORKDIR /app

# The packages come first because they seldom change, and Docker can reuse this large layer.
COPY requirements.txt .
RUN python -m pip install --no-cache-dir --only-binary :all: --requirement requirements.txt

# The code belongs to root, so that the app cannot change it.
COPY app.py LICENSE ./
COPY .streamlit .streamlit
COPY pages pages
COPY bnn bnn

USER bnn
VOLUME /runs
EXPOSE 8501
# The port may be given as an argument or in the environment, as for `streamlit run`.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import os, re, urllib.request as r; words = re.search('--server.port[=\\0]([0-9]+)', open('/proc/1/cmdline').read()); port = words[1] if words else os.environ.get('STREAMLIT_SERVER_PORT', '8501'); r.urlopen(f'http://localhost:{port}/_stcore/health', timeout=4)"]

ENTRYPOINT ["python", "-m", "streamlit", "run", "app.py", "--server.address", "0.0.0.0"]
