.PHONY: app test test-slow lint types screenshots benchmarks environment-app environment-tests clean

app: environment-app
	@packaging/open_demonstration.sh

test: environment-tests
	@packaging/run_tests.sh -m "not slow"

test-slow: environment-tests
	@packaging/run_tests.sh -m slow

lint: environment-tests
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .

types: environment-tests
	@.venv/bin/mypy

screenshots: environment-tests
	@for script in make_screenshots make_training_screenshots; do \
		xvfb-run -a -s "-screen 0 1920x1200x24" .venv/bin/python docs/$$script.py || exit 1; \
	done

benchmarks: environment-tests
	@for script in window_start film_painted analysis paint_steps timer_gap predict_throughput; do \
		xvfb-run -a -s "-screen 0 1920x1200x24 -noreset" .venv/bin/python docs/benchmarks/$$script.py \
			|| exit 1; \
	done

environment-app:
	@packaging/setup_environment.sh app

environment-tests:
	@packaging/setup_environment.sh tests

clean:
	rm -rf .venv build dist out *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
