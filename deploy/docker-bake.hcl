# Every image, for both architectures: docker buildx bake --file deploy/docker-bake.hcl [NAME] [--push]
# ./winnow images builds and tests them for this machine's own. deploy/docker-bake.pins.json, if --pin has written it, is
# given by one more --file.
variable "REGISTRY" { default = "" }
variable "VERSION" { default = "dev" }
variable "REVISION" { default = "unknown" }
variable "PYTHON_IMAGE" { default = "python:3.11-slim-bookworm" }
variable "PLATFORMS" { default = "linux/amd64,linux/arm64" }

group "default" {
  targets = ["media", "ai", "index", "gateway", "models", "backup"]
}

target "common" {
  context   = "."
  platforms = split(",", PLATFORMS)
  args = {
    PYTHON_IMAGE = PYTHON_IMAGE
    VERSION      = VERSION
    REVISION     = REVISION
  }
}

target "media" {
  inherits   = ["common"]
  dockerfile = "services/media/Dockerfile"
  tags       = ["${REGISTRY}winnow-media:${VERSION}"]
}

target "ai" {
  inherits   = ["common"]
  dockerfile = "services/ai/Dockerfile"
  tags       = ["${REGISTRY}winnow-ai:${VERSION}"]
}

target "index" {
  inherits   = ["common"]
  dockerfile = "services/index/Dockerfile"
  tags       = ["${REGISTRY}winnow-index:${VERSION}"]
}

target "gateway" {
  inherits   = ["common"]
  dockerfile = "services/gateway/Dockerfile"
  tags       = ["${REGISTRY}winnow-gateway:${VERSION}"]
}

target "models" {
  inherits   = ["common"]
  dockerfile = "deploy/models/Dockerfile"
  tags       = ["${REGISTRY}winnow-models:${VERSION}"]
}

target "backup" {
  inherits   = ["common"]
  dockerfile = "deploy/backup/Dockerfile"
  tags       = ["${REGISTRY}winnow-backup:${VERSION}"]
}
