# Lightfast in a container: the command, JupyterLab, the notebook kernel and the
# Go toolchain that compiles cells. On the quick profile none of it needs a
# network once it is built.
#
#   docker build -t lightfast .
#   docker run --rm -v "$PWD/out:/out" lightfast reproduce all    # artifacts, figures and report in ./out
#   docker run --rm -p 8888:8888 lightfast lab                    # prints the address to open
#
# scripts/container-check builds and tries it without a Docker daemon.
ARG GO_IMAGE=golang:1.26.8-bookworm
ARG DEBIAN_IMAGE=debian:12.12-slim

# ---- JupyterLab, every package pinned by hash
FROM ${DEBIAN_IMAGE} AS jupyter
RUN apt-get update && apt-get install -y --no-install-recommends python3-venv
COPY scripts/container/requirements.txt /tmp/
# Announcements would be fetched from the network.
RUN python3 -m venv /opt/jupyter \
 && /opt/jupyter/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r /tmp/requirements.txt \
 && /opt/jupyter/bin/jupyter labextension disable --level=sys_prefix @jupyterlab/apputils-extension:announcements

# ---- the command, the kernel and a warm build cache
FROM ${GO_IMAGE} AS build
# Paths, CGO_ENABLED and GOFLAGS are part of the keys of the build cache: cells
# find in it what is compiled here because all of these are the same for them.
ENV HOME=/home/light GOPATH=/home/light/go GOCACHE=/home/light/.cache/go-build CGO_ENABLED=0
WORKDIR /home/light/lightfast
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN export GOFLAGS="'-ldflags=-s -w' -buildvcs=false" \
 && go build -o /usr/local/bin/reproduce ./reproduce \
 && reproduce kernel install --prefix /usr/local \
 && install scripts/container/lightfast scripts/container/lightfast-healthy /usr/local/bin
# Modules stay without their archives and test data. The go command drops what
# its cache has not used for five days, and an image is older than that when it
# is run again: dates that lie ahead keep the cache warm. Any user id may write,
# for containers that run as the owner of a mounted folder.
RUN find "$GOPATH/pkg/mod/cache/download" -name '*.zip' -delete \
 && find "$GOPATH/pkg/mod" -type d -name testdata -prune -exec rm -rf {} + \
 && rm -rf /usr/local/go/api /usr/local/go/test \
 && find "$GOCACHE" -type f -exec touch -d 2100-01-01 {} + \
 && ln -s /out out \
 && chmod -R a+rwX /home/light

# ---- what runs
FROM ${DEBIAN_IMAGE}
# Docker makes a missing folder of -v as root's; sudo does no more than give
# that folder to the user.
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates python3 sudo tini \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt /var/log/apt /var/log/dpkg.log \
 && useradd --uid 1000 --create-home --shell /bin/bash light \
 && chmod 0777 /home/light \
 && echo 'light ALL=(root) NOPASSWD: /usr/bin/chown light /out' >/etc/sudoers.d/out \
 && install -d -m 0777 -o light -g light /out
COPY --from=jupyter /opt/jupyter /opt/jupyter
COPY --from=build /usr/local /usr/local
COPY --from=build --chown=1000:1000 /home/light /home/light

ENV HOME=/home/light SHELL=/bin/bash LANG=C.UTF-8 \
    PATH=/opt/jupyter/bin:/usr/local/go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    GOPATH=/home/light/go GOCACHE=/home/light/.cache/go-build GOTOOLCHAIN=local CGO_ENABLED=0
USER light
WORKDIR /home/light/lightfast
EXPOSE 8888
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["lightfast-healthy"]
ENTRYPOINT ["tini", "-g", "--", "lightfast"]
CMD ["lab"]

ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Lightfast" \
      org.opencontainers.image.description="Training of physical neural networks, exactly repeatable: command, JupyterLab and notebook kernel" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
