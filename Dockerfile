# The app in a container. Build, then run it for this machine only, with the runs in a volume:
#
#     docker build -t one-bit-lab .
#     docker run --init --rm -p 127.0.0.1:8501:8501 -v one-bit-lab-runs:/runs one-bit-lab
#
# and open http://localhost:8501. docs/containers.md says more.
FROM python:3.12-slim-bookworm

ENV PYTHONUNBUFFERED=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    BNN_RUNS_DIR=/runs

# An ordinary user. The folder is made here so that a new volume belongs to that user.
RUN useradd --create-home --uid 1000 bnn \
    && mkdir /runs \
    && chown bnn:bnn /runs

WORKDIR /app

# The packages first: they change seldom, and this layer is large.
COPY requirements.txt .
RUN python -m pip install --no-cache-dir --only-binary :all: --requirement requirements.txt

# The code belongs to root: the app cannot change itself.
COPY app.py LICENSE ./
COPY .streamlit .streamlit
COPY pages pages
COPY bnn bnn

USER bnn
VOLUME /runs
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://localhost:8501/_stcore/health', timeout=4)"]

ENTRYPOINT ["python", "-m", "streamlit", "run", "app.py", "--server.address", "0.0.0.0"]
