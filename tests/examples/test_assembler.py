"""The words of the small BPF language stand for the right instructions."""

import struct

import pytest

from examples.support.assembler import (
    ADD,
    CALL,
    COPY,
    JUMP_IF_ABOVE,
    JUMP_IF_NOT,
    LOAD_LONG,
    MAP_BY_DESCRIPTOR,
    PUT,
    R1,
    R6,
    R7,
    RETURN,
    STACK,
    Map,
    On_stack,
    answer,
    call,
    copy,
    if_at_most,
    if_equal,
)


def rows(code):
    """Code, destination, source, offset, value of each instruction (struct bpf_insn)."""
    return [
        (code, registers & 15, registers >> 4, offset, value)
        for code, registers, offset, value in struct.iter_unpack("=BBhi", code)
    ]


def test_a_call_puts_its_arguments_into_the_first_registers():
    assert rows(call(71, R6, Map(9), On_stack(-8), 1)) == [
        (COPY, 1, R6, 0, 0),
        (LOAD_LONG, 2, MAP_BY_DESCRIPTOR, 0, 9),
        (0, 0, 0, 0, 0),
        (COPY, 3, STACK, 0, 0),
        (ADD, 3, 0, 0, -8),
        (PUT, 4, 0, 0, 1),
        (CALL, 0, 0, 0, 71),
    ]


def test_a_call_has_no_sixth_argument():
    with pytest.raises(ValueError, match="five"):
        call(71, 1, 2, 3, 4, 5, 6)


def test_a_condition_jumps_over_its_whole_body():
    body = copy(R7, R1), *answer(0)
    assert rows(if_equal(R7, 80, *body))[0] == (JUMP_IF_NOT, R7, 0, 3, 80)
    assert rows(if_at_most(R7, 999, call(1, Map(3))))[0] == (JUMP_IF_ABOVE, R7, 0, 3, 999)


def test_an_answer_is_in_register_0():
    assert b"".join(answer(1)) == struct.pack("=BBhi", PUT, 0, 0, 1) + RETURN
