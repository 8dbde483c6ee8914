"""The floor: a FastAPI route that takes a body and does nothing with it."""

from fastapi import FastAPI, Request, Response

app = FastAPI()


@app.post("/bare", status_code=201)
async def bare(request: Request) -> Response:
    return Response(b'{"size":%d}' % len(await request.body()), status_code=201, media_type="application/json")
