"""Signs a kernel as firmware, and kexec_file_load, want it: with Authenticode, in the certificate table of its PE header.

Written here and not with sbsign(1), so that a signature can be wrong in any way. openssl(1) signs.

Sources: Microsoft, "Windows Authenticode Portable Executable Signature Format"; RFC 2315 (PKCS #7).
"""

import hashlib
import struct
import subprocess

NULL = b"\x05\x00"
SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
INDIRECT_DATA = bytes.fromhex("060a2b060104018237020104")
PE_IMAGE_DATA = bytes.fromhex("060a2b06010401823702010f")
CONTENT_TYPE = bytes.fromhex("06092a864886f70d010903")
MESSAGE_DIGEST = bytes.fromhex("06092a864886f70d010904")
RSA = bytes.fromhex("06092a864886f70d010101")
DIGESTS = {"sha256": bytes.fromhex("0609608648016503040201"), "sha512": bytes.fromhex("0609608648016503040203")}


def der(tag, *parts):
    content = b"".join(parts)
    length = len(content)
    size = bytes([length]) if length < 0x80 else b"\x82" + length.to_bytes(2, "big")
    return bytes([tag]) + size + content


def sequence(*parts):
    return der(0x30, *parts)


def split(content):
    """The elements of a DER encoding, whole."""
    while content:
        length, header = content[1], 2
        if length >= 0x80:
            header += length & 0x7F
            length = int.from_bytes(content[2:header], "big")
        yield content[: header + length], content[header : header + length]
        content = content[header + length :]


def issuer_and_serial(certificate):
    ((_, body),) = split(certificate)
    (_, signed), *_ = split(body)
    _, (serial, _), _, (issuer, _), *_ = split(signed)
    return sequence(issuer, serial)


def header(image):
    """Where the checksum and the certificate table's entry are, how long the headers are, and what the sections have."""
    pe = struct.unpack_from("<I", image, 60)[0]
    sections, optional_size = struct.unpack_from("<H", image, pe + 6)[0], struct.unpack_from("<H", image, pe + 20)[0]
    optional = pe + 24
    size = struct.unpack_from("<I", image, optional + 60)[0]
    table = optional + optional_size
    ranges = sorted(struct.unpack_from("<II", image, table + 40 * n + 16)[::-1] for n in range(sections))
    return optional + 64, optional + 112 + 4 * 8, size, [(start, length) for start, length in ranges if length]


def digest(image):
    """What Authenticode signs of a file without a signature."""
    checksum, entry, size, sections = header(image)
    sha256 = hashlib.sha256(image[:checksum] + image[checksum + 4 : entry] + image[entry + 8 : size])
    for start, length in sections:
        sha256.update(image[start : start + length])
    sha256.update(image[size + sum(length for _, length in sections) :])
    return sha256.digest()


def signature(image, key, certificate, algorithm):
    """A PKCS #7 message of the image's digest, signed with a key (a file) that a certificate (DER) is of."""
    name = sequence(DIGESTS["sha256"], NULL)
    link = der(0xA0, der(0xA2, der(0x80, "<<<Obsolete>>>".encode("utf-16-be"))))
    content = sequence(PE_IMAGE_DATA, sequence(der(0x03, b"\x00"), link)) + sequence(name, der(0x04, digest(image)))
    attributes = sequence(CONTENT_TYPE, der(0x31, INDIRECT_DATA)) + sequence(
        MESSAGE_DIGEST, der(0x31, der(0x04, hashlib.new(algorithm, content).digest()))
    )
    signed = subprocess.run(
        ["openssl", "dgst", f"-{algorithm}", "-sign", key], input=der(0x31, attributes), check=True, capture_output=True
    ).stdout
    name = sequence(DIGESTS[algorithm], NULL)
    one = der(0x02, b"\x01")
    signer = sequence(
        one, issuer_and_serial(certificate), name, der(0xA0, attributes), sequence(RSA, NULL), der(0x04, signed)
    )
    return sequence(
        SIGNED_DATA,
        der(
            0xA0,
            sequence(
                one, der(0x31, name), sequence(INDIRECT_DATA, der(0xA0, sequence(content))), der(0xA0, certificate),
                der(0x31, signer),
            ),
        ),
    )  # fmt: skip


def signed(image, key, certificate, algorithm="sha256", change=lambda message: message):
    """The image with a signature that `change` may have changed."""
    image = bytearray(image + bytes(-len(image) % 8))
    message = change(signature(bytes(image), key, certificate, algorithm))
    table = struct.pack("<IHH", 8 + len(message), 0x200, 2) + message
    table += bytes(-len(table) % 8)
    _, entry, _, _ = header(image)
    struct.pack_into("<II", image, entry, len(image), len(table))
    return bytes(image) + table
