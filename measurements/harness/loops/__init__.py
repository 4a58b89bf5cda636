"""The loops in Python; twin/ has the same ones in C, by the same names and arguments.

Each loop is one program of a pair. Descriptors are numbers, times are seconds; what a loop found
out it writes to the descriptor `result`, as 64-bit numbers.
"""

from collections.abc import Callable

from measurements.harness.loops import connections, memory, one_to_many, packets, queues, streams

LOOPS: dict[str, Callable[..., None]] = {
    loop.__name__: loop
    for loop in (
        *(streams.ask, streams.answer, streams.send, streams.receive),
        *(memory.ask_eventfd, memory.answer_eventfd),
        *(memory.ask_futex, memory.answer_futex),
        *(memory.ask_spinning, memory.answer_spinning),
        *(queues.ask_queue, queues.answer_queue, queues.send_queue, queues.receive_queue),
        *(connections.ask_descriptor, connections.answer_descriptor),
        *(connections.ask_connection, connections.answer_connection),
        *(connections.hand_over, connections.take_over),
        *(one_to_many.publish, one_to_many.subscribe),
        *(one_to_many.publish_redis, one_to_many.subscribe_redis),
        *(one_to_many.publish_zeromq, one_to_many.subscribe_zeromq),
        *(packets.burst, packets.drain_by_recv, packets.drain_by_ring),
    )
}
