using Microsoft.Extensions.Time.Testing;
using Touchline.Hosting;

namespace Touchline.Tests.Hosting;

public sealed class LateStartTests
{
    private readonly FakeTimeProvider _time = new();
    private int _starts;

    [Fact]
    public async Task What_is_there_is_started_at_once()
    {
        await using var late = new LateStart(_time);

        late.Start(() => true, () => _starts++);

        Assert.Equal(1, _starts);
    }

    [Fact]
    public async Task What_comes_later_is_started_then_and_once()
    {
        var isThere = false;
        var started = new TaskCompletionSource();
        await using var late = new LateStart(_time);
        late.Start(() => Volatile.Read(ref isThere), () =>
        {
            _starts++;
            started.TrySetResult();
        });
        _time.Advance(LateStart.Interval);
        Assert.Equal(0, _starts);
        Volatile.Write(ref isThere, true);

        while (!started.Task.IsCompleted)
        {
            _time.Advance(LateStart.Interval);
            await Task.Delay(10);
        }

        _time.Advance(LateStart.Interval);
        await late.DisposeAsync();
        Assert.Equal(1, _starts);
    }

    [Fact]
    public async Task What_never_comes_keeps_nobody_from_stopping()
    {
        var late = new LateStart(_time);
        late.Start(() => false, () => _starts++);

        await late.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(0, _starts);
    }
}
