"""Waiting in a page that the stage serves."""


def wait_for(frame, condition: str, seconds: float = 10) -> None:
    """Wait in the page. (playwright's own way needs eval, which the policy forbids.)"""
    frame.evaluate(
        f"""() => new Promise((found, failed) => {{
            const last = Date.now() + {seconds} * 1000;
            const look = () => {{
                let there = false;
                try {{ there = {condition} }} catch (error) {{ }}
                if (there) found();
                else if (Date.now() > last) failed(new Error("never came true"));
                else setTimeout(look, 20);
            }};
            look();
        }})"""
    )
