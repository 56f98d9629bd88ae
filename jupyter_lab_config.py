"""How `make lab` runs JupyterLab. By hand: jupyter lab --config=jupyter_lab_config.py notebooks

Only this machine is served, the network is asked for nothing, and no message to the page waits.
"""

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection


class PromptConnection(ZMQChannelsWebsocketConnection):
    """A kernel's way to the page on which small messages are not held back.

    By itself the server's socket waits, before each further small message, until the browser has
    acknowledged the one before; the browser's system takes up to 40 ms for that (Nagle's algorithm
    meets delayed acknowledgements: RFC 896, RFC 1122 section 4.2.3). Each move of a slider is
    answered by several such messages.
    """

    def connect(self):  # noqa: ANN201  (its type changes with the version of the server)
        """Connect, and send at once from now on."""
        self.websocket_handler.set_nodelay(True)
        return super().connect()


c = get_config()  # noqa: F821  (Jupyter puts it there)
c.ServerApp.ip = "127.0.0.1"
c.ServerApp.kernel_websocket_connection_class = PromptConnection
c.LabApp.news_url = None
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
c.LabApp.extension_manager = "readonly"
