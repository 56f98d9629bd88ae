"""The equations of recurrent networks and of LSTM, forward and backward, in numpy.

Shape letters, used in every docstring: T steps, B batch, D inputs, H hidden units, K outputs.
Gate order everywhere: z (block input), in (input gate), for (forget gate), out (output gate).
`import lstm_core` needs numpy alone; pictures, explorers and exercises are imported by name.
"""
