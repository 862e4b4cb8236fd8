"""The compiled engine's loops: the same sums as `family` and `simpy_engine`, on flat arrays.

They keep the numerical contract at the top of `family`. In the arguments, `m` is the model, `s`
where families stand, `x` what one event needs while it lasts, `p` the places; `f` is the row of
a family, `k` a clock and `c` its row under the present policy.
"""
