# shellcheck shell=bash
# Sourced after common.sh: packages of several Debian suites and architectures, downloaded and never installed.
#
# They come through an apt of our own: its lists and its state are in the cache, so that the
# machine's own apt neither sees these suites nor needs arm64 as a foreign architecture. The
# mirror is the one that the machine's apt uses; apt checks signatures and hashes as always.

DEBIAN_APT=$KPLAN_CACHE/apt

debian_options() {
    printf '%s\n' -q -o "Dir::State=$DEBIAN_APT" -o "Dir::State::lists=$DEBIAN_APT/lists" \
        -o "Dir::State::status=$DEBIAN_APT/status" -o "Dir::Cache=$DEBIAN_APT/cache" \
        -o "Dir::Etc::sourcelist=$DEBIAN_APT/sources.list" -o Dir::Etc::sourceparts=- \
        -o Dir::Etc::preferences=- -o Dir::Etc::preferencesparts=- \
        -o APT::Architecture=arm64 -o APT::Architectures::=arm64 -o APT::Architectures::=amd64 \
        -o Acquire::Languages=none -o Acquire::Retries=3 -o APT::Sandbox::User=root
}

debian_get() {
    local options
    mapfile -t options < <(debian_options)
    apt-get "${options[@]}" "$@"
}

debian_show() {
    local options
    mapfile -t options < <(debian_options)
    apt-cache "${options[@]}" show "$1"
}

# debian_mirror: where the machine's own apt gets Debian from.
debian_mirror() {
    # shellcheck disable=SC2016  # apt's own variables
    apt-get indextargets --format '$(RELEASE) $(REPO_URI)' 'Identifier: Packages' |
        awk '$1 ~ /^(bookworm|stable|oldstable)$/ && !found++ { print $2 }'
}

# The suites of our lists, and of which architectures: a change of them renews the lists.
DEBIAN_SUITES='bookworm arm64,amd64
trixie arm64
sid arm64,amd64'

# debian_update: renews our lists.
debian_update() {
    local mirror suite architectures key=signed-by=/usr/share/keyrings/debian-archive-keyring.gpg log=$DEBIAN_APT/update.log
    mkdir -p "$DEBIAN_APT/lists/partial" "$DEBIAN_APT/cache/archives/partial"
    : >"$DEBIAN_APT/status"
    mirror=$(debian_mirror)
    if [ -z "$mirror" ]; then
        # A fresh container has no lists at all.
        as_root apt-get update -q >"$log" 2>&1 || true
        mirror=$(debian_mirror)
    fi
    [ -n "$mirror" ] || die "the machine's apt has no Debian bookworm source, so there is no mirror to take packages from"
    while read -r suite architectures; do
        echo "deb [arch=$architectures $key] $mirror $suite main"
    done <<<"$DEBIAN_SUITES" >"$DEBIAN_APT/sources.list"
    say "apt-get update (our own lists, in $DEBIAN_APT)"
    debian_get update >"$log" 2>&1 || { tail -n 8 "$log" >&2; die "apt-get update failed; all of its output: $log"; }
    echo "$DEBIAN_SUITES" >"$DEBIAN_APT/updated"
}

debian_ready() { [ "$(cat "$DEBIAN_APT/updated" 2>/dev/null)" = "$DEBIAN_SUITES" ] || debian_update; }

# debian_download FOLDER PACKAGE:ARCHITECTURE/SUITE...: the .debs, into FOLDER: all of them or none.
debian_download() {
    local folder=$1 log=$DEBIAN_APT/download.log
    shift
    [ ! -d "$folder" ] || return 0
    debian_ready
    rm -rf "$folder.partial"
    mkdir -p "$folder.partial"
    if ! (cd "$folder.partial" && debian_get download "$@") >"$log" 2>&1; then
        # Suites move: our lists may name files that the mirror has replaced.
        debian_update
        (cd "$folder.partial" && debian_get download "$@") >"$log" 2>&1 ||
            { tail -n 8 "$log" >&2; die "downloading $* failed; all of apt's output: $log"; }
    fi
    mv "$folder.partial" "$folder"
    say "downloaded $(du -sh "$folder" | cut -f1): $1$([ $# -eq 1 ] || echo " and $(($# - 1)) more")"
}

# debian_unpack FOLDER DEB...: the files of packages, with symbolic links to folders kept.
debian_unpack() {
    local folder=$1 deb
    shift
    mkdir -p "$folder"
    for deb; do
        dpkg-deb --fsys-tarfile "$deb" | tar -C "$folder" -xf - --keep-directory-symlink
    done
}
