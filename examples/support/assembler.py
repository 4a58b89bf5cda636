"""The language of the kernel's BPF machine, in words: enough of it for the tricks.

The kernel runs a small program of ours, at a place of its own: where a socket sends, where a frame
comes in. It checks first that the program ends and touches no memory but what it was given.

The machine has eleven registers, r0 to r10, of 64 bits each:

    r0          what a call returned, and in the end the program's answer
    r1          what the program was given; then, with r2 to r5, the arguments of a call, which
                forgets all five
    r6 to r9    survive a call
    r10         the end of a stack of 512 bytes: the program's own memory lies below it

A program is a row of instructions. This one looks at a connection, and lets pass what is not for
port 80; the rest is drowned:

    copy(R6, R1)                           r6 = what we were given
    load(R7, R6, LOCAL_PORT)               r7 = a number in it
    if_equal(R7, 80, *answer(DROP))        if r7 == 80: return DROP
    answer(PASS)                           return PASS

What a program cannot do it asks of the kernel: call(HELPER, R6, On_stack(-8), 0) is HELPER(r6, the
address of the stack's last eight bytes, 0). Documentation/bpf/standardization/instruction-set.rst
has the whole language; there, each instruction is eight bytes (struct bpf_insn).
"""

import struct
from dataclasses import dataclass
from enum import IntEnum

# include/uapi/linux/bpf.h, bpf_common.h: what an instruction begins with
COPY, PUT, ADD = 0xBF, 0xB7, 0x07
LOAD, STORE, STORE_NUMBER, LOAD_LONG = 0x61, 0x63, 0x62, 0x18
FROM_BIG_ENDIAN = 0xDC
JUMP_IF_EQUAL, JUMP_IF_NOT, JUMP_IF_ABOVE = 0x15, 0x55, 0x25
CALL, EXIT = 0x85, 0x95
MAP_BY_DESCRIPTOR = 1


class Register(IntEnum):
    """A register is a number from 0 to 10."""

    R0, R1, R2, R3, R4, R5, R6, R7, R8, R9, R10 = range(11)


R0, R1, R2, R3, R4, R5, R6, R7, R8, R9, R10 = Register
STACK = R10
ARGUMENTS = R1, R2, R3, R4, R5


@dataclass(frozen=True)
class On_stack:
    """An address for a call: so many bytes before the stack's end, a negative number."""

    offset: int


@dataclass(frozen=True)
class Map:
    """A map for a call: a table of the kernel's, by its descriptor."""

    fd: int


def copy(dst: Register, src: Register) -> bytes:
    """dst = src."""
    return _instruction(COPY, dst, src)


def put(dst: Register, value: int) -> bytes:
    """dst = value."""
    return _instruction(PUT, dst, value=value)


def add(dst: Register, value: int) -> bytes:
    """dst += value."""
    return _instruction(ADD, dst, value=value)


def load(dst: Register, src: Register, offset: int) -> bytes:
    """dst = the 32-bit number at src + offset."""
    return _instruction(LOAD, dst, src, offset)


def store(offset: int, src: Register) -> bytes:
    """The 32-bit number at that place of the stack = src."""
    return _instruction(STORE, STACK, src, offset)


def store_number(offset: int, value: int) -> bytes:
    """The 32-bit number at that place of the stack = value."""
    return _instruction(
        STORE_NUMBER, STACK, offset=offset, value=value
    )


def from_big_endian(dst: Register) -> bytes:
    """dst = the 32-bit number dst, from the network's order of bytes into this machine's."""
    return _instruction(FROM_BIG_ENDIAN, dst, value=32)


def if_equal(dst: Register, value: int, *body: bytes) -> bytes:
    """If dst == value: body. dst has 64 bits, value 32: struct.error for a larger number."""
    return _jump_over(body, JUMP_IF_NOT, dst, value)


def if_not(dst: Register, value: int, *body: bytes) -> bytes:
    """If dst != value: body."""
    return _jump_over(body, JUMP_IF_EQUAL, dst, value)


def if_at_most(dst: Register, value: int, *body: bytes) -> bytes:
    """If dst <= value: body; a number below zero is a very large one here."""
    return _jump_over(body, JUMP_IF_ABOVE, dst, value)


def call(
    helper: int, *arguments: Register | int | On_stack | Map
) -> bytes:
    """r0 = helper(...), one of the kernel's own functions: bpf-helpers(7).

    A register that is an argument is best one of r6 to r9: r1 to r5 are written in this order.
    """
    if len(arguments) > len(ARGUMENTS):
        raise ValueError("a call has at most five arguments")
    given = [
        _argument(dst, value)
        for dst, value in zip(ARGUMENTS, arguments, strict=False)
    ]
    return b"".join(given) + _instruction(CALL, value=helper)


def answer(value: int) -> tuple[bytes, bytes]:
    """Return value."""
    return put(R0, value), RETURN


def _argument(
    dst: Register, value: Register | int | On_stack | Map
) -> bytes:
    match value:
        case Register():
            return copy(dst, value)
        case On_stack():
            return copy(dst, STACK) + add(dst, value.offset)
        case Map():
            # The kernel puts the address in; so it takes the room of two.
            return _instruction(
                LOAD_LONG, dst, MAP_BY_DESCRIPTOR, value=value.fd
            ) + _instruction(0)
    return put(dst, value)


def _jump_over(
    body: tuple[bytes, ...], code: int, dst: Register, value: int
) -> bytes:
    """The condition is the opposite one: the machine jumps if it holds."""
    rows = b"".join(body)
    over = len(rows) // 8
    return _instruction(code, dst, offset=over, value=value) + rows


def _instruction(
    code: int,
    dst: int = 0,
    src: int = 0,
    offset: int = 0,
    value: int = 0,
) -> bytes:
    return struct.pack("=BBhi", code, src << 4 | dst, offset, value)


RETURN = _instruction(EXIT)  # r0
