# Build with the compiled command and its build cache, run without network:
#   docker build -t lightfast .
#   docker run --rm -v "$PWD/out:/out" lightfast all --out /out
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -o /reproduce ./reproduce

FROM debian:bookworm-slim
RUN useradd --create-home light
COPY --from=build /reproduce /usr/local/bin/reproduce
COPY --from=build /src/artifacts /home/light/artifacts
USER light
WORKDIR /home/light
ENTRYPOINT ["reproduce"]
CMD ["all"]
