"""Draws noisy digits and classifies them: digits.py draw NUM NOISE, then digits.py MODEL."""

import json
import random
import sys

SHAPES = [  # rows of pixels, from the top
    " ### |#   #|#   #|#   #| ### ",
    "  #  | ##  |  #  |  #  | ### ",
    " ### |#   #|   # |  #  |#####",
    "#### |    #| ### |    #|#### ",
    "#  # |#  # |#####|   # |   # ",
    "#####|#    |#### |    #|#### ",
    " ### |#    |#### |#   #| ### ",
    "#####|    #|   # |  #  | #   ",
    " ### |#   #| ### |#   #| ### ",
    " ### |#   #| ####|    #| ### ",
]


def shape(digit):
    """The pixels of a digit, 0 or 1, row by row."""
    return [int(pixel == "#") for pixel in SHAPES[digit].replace("|", "")]


def draw(num, noise):
    """NUM digits, each pixel turned over with probability NOISE; one half to learn from, one to test on."""
    generator = random.Random(1)
    rows = []
    for i in range(num):
        pixels = [pixel ^ (generator.random() < noise) for pixel in shape(i % 10)]
        rows.append({"digit": i % 10, "pixels": pixels})
    generator.shuffle(rows)
    return {"train": rows[: num // 2], "test": rows[num // 2 :]}


def distance(a, b):
    return sum((x - y) ** 2 for x, y in zip(a, b))


def most_frequent(values):
    return max(sorted(set(values)), key=values.count)


def means(train):
    """The mean image of each digit."""
    out = {}
    for digit in sorted({row["digit"] for row in train}):
        images = [row["pixels"] for row in train if row["digit"] == digit]
        out[digit] = [sum(column) / len(images) for column in zip(*images)]
    return out


def majority(train):
    digit = most_frequent([row["digit"] for row in train])
    return lambda pixels: digit


def pixels(train):
    """By the number of black pixels alone."""
    black = {digit: sum(image) for digit, image in means(train).items()}
    return lambda image: min(black, key=lambda digit: abs(black[digit] - sum(image)))


def mean_image(train):
    images = means(train)
    return lambda image: min(images, key=lambda digit: distance(images[digit], image))


def nearest(train, num=1):
    def classify(image):
        ranked = sorted(train, key=lambda row: distance(row["pixels"], image))
        return most_frequent([row["digit"] for row in ranked[:num]])

    return classify


def three_nearest(train):
    return nearest(train, 3)


def naive_bayes(train):
    images = {
        digit: [min(max(p, 0.02), 0.98) for p in image] for digit, image in means(train).items()
    }

    def likelihood(image, black):
        product = 1.0
        for pixel, p in zip(image, black):
            product *= p if pixel else 1 - p
        return product

    return lambda image: max(images, key=lambda digit: likelihood(image, images[digit]))


def perceptron(train):
    num_pixels = len(train[0]["pixels"])
    weights = {digit: [0.0] * (num_pixels + 1) for digit in range(10)}

    def classify(image):
        return max(weights, key=lambda digit: sum(w * x for w, x in zip(weights[digit], image + [1])))

    for epoch in range(20):
        for row in train:
            guess = classify(row["pixels"])
            for digit, step in ((row["digit"], 1), (guess, -1)):
                weights[digit] = [w + step * x for w, x in zip(weights[digit], row["pixels"] + [1])]
        print(f"# cloudmesh status=running progress={5 * epoch}", flush=True)
    return classify


def main(arguments):
    if arguments[0] == "draw":
        with open("digits.json", "w") as file:
            json.dump(draw(int(arguments[1]), float(arguments[2])), file)
        return
    models = {
        "majority": majority,
        "pixels": pixels,
        "mean-image": mean_image,
        "nearest": nearest,
        "three-nearest": three_nearest,
        "naive-bayes": naive_bayes,
        "perceptron": perceptron,
    }
    with open("digits.json") as file:
        rows = json.load(file)
    classify = models[arguments[0]](rows["train"])
    num_right = sum(classify(row["pixels"]) == row["digit"] for row in rows["test"])
    print(f"# cloudmesh status=done progress=100 accuracy={num_right / len(rows['test'])}")


main(sys.argv[1:])
