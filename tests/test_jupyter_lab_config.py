"""How JupyterLab is run: this machine alone, nothing asked of the network, no message held back."""

from pathlib import Path
from unittest.mock import MagicMock

import pytest
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from traitlets.config import PyFileConfigLoader

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def config():
    return PyFileConfigLoader("jupyter_lab_config.py", path=str(ROOT)).load_config()


def test_only_this_machine_is_served_and_the_network_is_asked_for_nothing(config):
    assert config.ServerApp.ip == "127.0.0.1"
    assert config.LabApp.news_url is None
    assert config.LabApp.check_for_updates_class == "jupyterlab.NeverCheckForUpdate"
    assert config.LabApp.extension_manager == "readonly"


def test_a_kernel_connects_and_its_messages_are_sent_at_once(config, monkeypatch):
    done = []
    monkeypatch.setattr(
        ZMQChannelsWebsocketConnection, "connect", lambda self: done.append("connected") or "future"
    )
    kind = config.ServerApp.kernel_websocket_connection_class
    connection = kind.__new__(kind)  # without a kernel: only its handler is asked for
    handler = MagicMock()
    handler.set_nodelay = lambda value: done.append(value)
    monkeypatch.setattr(kind, "websocket_handler", handler)
    assert connection.connect() == "future"
    assert done == [True, "connected"]
