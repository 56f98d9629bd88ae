"""What the time line shows: booms and winters, and events with what they were and where to read.

The borders of booms and winters are rough. Those of artificial intelligence as a whole follow
Crevier, AI: The Tumultuous History of the Search for Artificial Intelligence (1993); neural
networks had their own.
"""

from typing import NamedTuple

TODAY = 2026  # where the time line ends
NETS, RULES, MACHINES = "networks", "rules and other methods", "machines and data"


class Period(NamedTuple):
    """A stretch of years, a boom or a winter."""

    first: int
    last: int
    boom: bool
    name: str


class Event(NamedTuple):
    """What happened, why it matters here, where it was published, and the section with its demo."""

    year: int
    kind: str
    name: str
    told: str
    reference: str
    section: str = ""


PERIODS = {
    "artificial intelligence": (
        Period(1956, 1974, True, "first boom"),
        Period(1974, 1980, False, "winter"),
        Period(1980, 1987, True, "boom"),
        Period(1987, 1993, False, "winter"),
        Period(2006, TODAY, True, "deep learning"),
    ),
    "neural networks": (
        Period(1958, 1969, True, "perceptrons"),
        Period(1969, 1986, False, "winter"),
        Period(1986, 1995, True, "second boom"),
        Period(1995, 2006, False, "winter"),
        Period(2006, TODAY, True, "deep learning"),
    ),
}

EVENTS = (
    Event(
        1943, NETS, "threshold neuron",
        "A neuron that fires when enough of its inputs do; nets of them compute logic. "
        "The weights are set by hand: nothing is learnt yet.",
        "McCulloch and Pitts, A logical calculus of the ideas immanent in nervous activity (1943)",
        "H2",
    ),
    Event(
        1954, RULES, "machine translation",
        "On 7 January an IBM 701 turns more than sixty Russian sentences into English, with 250 "
        "words and six rules. Three to five more years are said to be enough.",
        "Hutchins, The Georgetown-IBM experiment demonstrated in January 1954 (2004)",
        "H2",
    ),
    Event(
        1956, RULES, "Dartmouth",
        "A summer of discussions, and a name for the field: artificial intelligence.",
        "McCarthy, Minsky, Rochester and Shannon, A proposal for the Dartmouth summer research "
        "project on artificial intelligence (1955)",
    ),
    Event(
        1958, NETS, "perceptron",
        "A threshold neuron that learns its weights from its mistakes. Shown in July on an IBM "
        "704: after 50 trials it tells cards marked on the left from cards marked on the right.",
        "Rosenblatt, The perceptron: a probabilistic model for information storage and "
        "organization in the brain (1958); New York Times, New Navy device learns by doing (1958)",
        "H2",
    ),
    Event(
        1960, MACHINES, "Mark I",
        "The perceptron as a machine: 400 photocells, wires on a plug board to 512 "
        "association units, and weights that are potentiometers turned by motors.",
        "Hay, Lynch and Smith, Mark I Perceptron operators' manual (1960)",
        "H2",
    ),
    Event(
        1962, NETS, "convergence",
        "If some line separates the classes, the perceptron's rule finds one after finitely many "
        "mistakes, and one knows a bound on how many.",
        "Block, The perceptron: a model for brain functioning (1962); Novikoff, On convergence "
        "proofs for perceptrons (1962)",
        "H2",
    ),
    Event(
        1965, NETS, "layer by layer",
        "Networks of several layers learn, one layer after the other: each is fitted by regression "
        "to the answers wanted. No error is carried back.",
        "Ivakhnenko and Lapa, Cybernetic predicting devices (1965)",
        "H4",
    ),
    Event(
        1966, RULES, "ALPAC report",
        "Ten years of machine translation are judged slower, less accurate and dearer than "
        "people. The money goes.",
        "ALPAC, Language and machines: computers in translation and linguistics (1966)",
        "H2",
    ),
    Event(
        1967, NETS, "stochastic gradient",
        "Weights follow the gradient, example after example, those of hidden units too: a theory, "
        "soon after tried on a small network.",
        "Amari, A theory of adaptive pattern classifiers (1967)",
        "H4",
    ),
    Event(
        1968, RULES, "HAL 9000",
        "A film shows a computer that talks, plans and reads lips. It is to be ready in 1992.",
        "Kubrick and Clarke, 2001: A Space Odyssey (1968)",
        "H3",
    ),
    Event(
        1969, NETS, "Perceptrons",
        "A book proves what perceptrons cannot tell while each unit sees a small part only: "
        "parity, of which XOR is the smallest case, and whether a figure hangs together.",
        "Minsky and Papert, Perceptrons: an introduction to computational geometry (1969)",
        "H2",
    ),
    Event(
        1969, RULES, "frame problem",
        "How does one say, in logic, what an action does not change, without saying it of each "
        "fact?",
        "McCarthy and Hayes, Some philosophical problems from the standpoint of artificial "
        "intelligence (1969)",
        "H3",
    ),
    Event(
        1970, NETS, "reverse mode",
        "A master's thesis, in Finnish, gives the general way to carry derivatives from the end "
        "of a calculation back to its beginning. Neural networks are not mentioned.",
        "Linnainmaa, The representation of the cumulative rounding error of an algorithm as a "
        "Taylor expansion of the local rounding errors (1970)",
        "H4",
    ),
    Event(
        1973, RULES, "Lighthill report",
        "Methods that work on toys drown in combinations on real problems, a report to the "
        "British science council says. Money for the field goes there too.",
        "Lighthill, Artificial intelligence: a general survey (1973)",
        "H3",
    ),
    Event(
        1974, NETS, "Werbos",
        "A doctoral thesis carries derivatives backwards through a model in order to fit it; its "
        "author applies this to neural networks in print in 1982.",
        "Werbos, Beyond regression: new tools for prediction and analysis in the behavioral "
        "sciences (1974)",
        "H4",
    ),
    Event(
        1980, NETS, "neocognitron",
        "Layers of simple cells look for a small pattern everywhere, layers of complex cells "
        "forgive its exact place. The plan of a CNN, without back propagation.",
        "Fukushima, Neocognitron: a self-organizing neural network model for a mechanism of "
        "pattern recognition unaffected by shift in position (1980)",
        "H4",
    ),
    Event(
        1982, RULES, "expert systems",
        "A program of some hundred (later thousands of) rules configures computers for DEC. "
        "Knowledge, written down rule by rule, becomes a business.",
        "McDermott, R1: a rule-based configurer of computer systems (1982)",
        "H3",
    ),
    Event(
        1984, RULES, "R1, R1D1, R2D1",
        "Three robots in a story show the frame problem: what does not matter must be known not "
        "to matter, without being looked at.",
        "Dennett, Cognitive wheels: the frame problem of AI (1984)",
        "H3",
    ),
    Event(
        1986, NETS, "back propagation",
        "Hidden units learn features of their own. After this paper nobody had to invent it again.",
        "Rumelhart, Hinton and Williams, Learning representations by back-propagating errors "
        "(1986)",
        "H4",
    ),
    Event(
        1987, MACHINES, "Lisp machines fall",
        "Ordinary workstations overtake the special computers of the expert systems; the market "
        "for these collapses.",
        "Crevier, AI: the tumultuous history of the search for artificial intelligence (1993)",
    ),
    Event(
        1989, NETS, "zip codes",
        "A convolutional net, trained by back propagation, reads handwritten zip codes.",
        "LeCun and others, Backpropagation applied to handwritten zip code recognition (1989)",
        "H4",
    ),
    Event(
        1990, NETS, "simple RNN",
        "A network that is given its own hidden state again finds order in sequences.",
        "Elman, Finding structure in time (1990)",
        "lesson 2",
    ),
    Event(
        1991, NETS, "gradients vanish",
        "A diploma thesis, in German, shows why: over many layers or steps errors shrink or grow "
        "exponentially.",
        "Hochreiter, Untersuchungen zu dynamischen neuronalen Netzen (1991)",
        "H6",
    ),
    Event(
        1993, MACHINES, "web for all",
        "On 30 April CERN puts the web's software into the public domain. By the end of the year "
        "there are over 500 servers: data begins to pile up.",
        "CERN, statement concerning CERN W3 software release into public domain (1993)",
        "H7",
    ),
    Event(
        1994, NETS, "long-term hard",
        "To hold on to something for long, a simple RNN must be in a region where its gradients "
        "vanish.",
        "Bengio, Simard and Frasconi, Learning long-term dependencies with gradient descent is "
        "difficult (1994)",
        "H6",
    ),
    Event(
        1995, RULES, "support vectors",
        "A method with one best solution, and with a theory. Many turn away from networks.",
        "Cortes and Vapnik, Support-vector networks (1995)",
        "H5",
    ),
    Event(
        1997, NETS, "LSTM",
        "A cell that hands its value on unchanged, and gates that decide what enters and leaves.",
        "Hochreiter and Schmidhuber, Long short-term memory (1997)",
        "H9",
    ),
    Event(
        1998, NETS, "LeNet-5",
        "Convolution, pooling, back propagation, as we know them; banks read cheques with it.",
        "LeCun, Bottou, Bengio and Haffner, Gradient-based learning applied to document "
        "recognition (1998)",
        "H4",
    ),
    Event(
        1999, NETS, "forget gate",
        "LSTM learns to empty its cell (at a conference in 1999, as an article in 2000).",
        "Gers, Schmidhuber and Cummins, Learning to forget: continual prediction with LSTM (2000)",
        "H9",
    ),
    Event(
        2000, NETS, "peepholes",
        "The gates are allowed to see the cell: LSTM learns to count and to time.",
        "Gers and Schmidhuber, Recurrent nets that time and count (2000)",
        "H9",
    ),
    Event(
        2006, NETS, "pre-training",
        "First layer by layer, without labels, then all together: deep nets train after all.",
        "Hinton, Osindero and Teh, A fast learning algorithm for deep belief nets (2006); Hinton "
        "and Salakhutdinov, Reducing the dimensionality of data with neural networks (2006)",
        "H8",
    ),
    Event(
        2007, MACHINES, "CUDA",
        "Graphics processors, made for millions of 4×4 products, take on any arithmetic.",
        "Nickolls, Buck, Garland and Skadron, Scalable parallel programming with CUDA (2008)",
        "H7",
    ),
    Event(
        2009, MACHINES, "ImageNet",
        "Millions of labelled pictures, gathered from the web.",
        "Deng and others, ImageNet: a large-scale hierarchical image database (2009)",
        "H7",
    ),
    Event(
        2010, NETS, "initialisation",
        "Why deep sigmoid nets did not train, and how large the first weights must be.",
        "Glorot and Bengio, Understanding the difficulty of training deep feedforward neural "
        "networks (2010)",
        "H5",
    ),
    Event(
        2012, NETS, "AlexNet",
        "A deep CNN with ReLU and dropout, trained on two graphics cards, wins ImageNet's "
        "contest by far. No pre-training.",
        "Krizhevsky, Sutskever and Hinton, ImageNet classification with deep convolutional neural "
        "networks (2012)",
        "H8",
    ),
    Event(
        2014, NETS, "seq2seq",
        "One LSTM reads a sentence, another writes its translation.",
        "Sutskever, Vinyals and Le, Sequence to sequence learning with neural networks (2014)",
        "H9",
    ),
    Event(
        2015, MACHINES, "TPU",
        "A chip for the products of neural networks, at work in Google's data centres from 2015.",
        "Jouppi and others, In-datacenter performance analysis of a tensor processing unit (2017)",
        "H7",
    ),
    Event(
        2017, NETS, "LSTM Odyssey",
        "Eight variants of LSTM in 5400 experiments: none is much better than the plain one; "
        "forget gate and output activation matter most (a preprint since 2015).",
        "Greff, Srivastava, Koutník, Steunebrink and Schmidhuber, LSTM: a search space odyssey "
        "(2017)",
        "H9",
    ),
    Event(
        2017, NETS, "Transformer",
        "Attention alone: every step sees every other directly, and all are trained at once.",
        "Vaswani and others, Attention is all you need (2017)",
        "H9",
    ),
    Event(
        2020, NETS, "GPT-3",
        "A Transformer with 175 billion parameters goes on with any text it is given, and takes "
        "on new tasks from a few examples in that text.",
        "Brown and others, Language models are few-shot learners (2020)",
    ),
    Event(
        2024, NETS, "xLSTM",
        "LSTM comes back as a language model: exponential gates, a matrix for a memory, and a "
        "form whose steps are trained at once.",
        "Beck and others, xLSTM: extended long short-term memory (2024)",
        "H9",
    ),
)  # fmt: skip
