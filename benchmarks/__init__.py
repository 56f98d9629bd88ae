"""What is compared with whom; figures and commands in README.md.

One thread each, for numpy and PyTorch alike: the products read these when numpy is first imported.
"""

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
