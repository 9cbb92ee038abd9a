"""What is measured: each module is a goal of `./corredor bench`."""
