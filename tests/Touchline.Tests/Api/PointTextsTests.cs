using System.Text;
using Touchline.Api;

namespace Touchline.Tests.Api;

public sealed class PointTextsTests
{
    private readonly PointTexts _texts = new();

    [Fact]
    public void Times_that_are_answered_again_are_known()
    {
        var times = Times(100, 1_700_000_000_123, 15_000);
        Assert.Null(_texts.Of(times));
        var known = _texts.Of(times);

        Assert.NotNull(known);
        Assert.Same(known, _texts.Of([.. times]));
        Assert.Equal(times.Select(Expected), Enumerable.Range(0, times.Length).Select(i => Encoding.ASCII.GetString(known[i])));
    }

    [Fact]
    public void Other_times_between_the_same_ends_are_others()
    {
        var times = Times(100, 0, 1000);
        long[] other = [.. times];
        other[50]++;
        _ = (_texts.Of(times), _texts.Of(times));

        Assert.Equal(other.Select(Expected), Enumerable.Range(0, other.Length).Select(i => Encoding.ASCII.GetString(_texts.Of(other)![i])));
    }

    [Fact]
    public void Those_that_were_answered_last_are_kept()
    {
        var first = Times(100, 0, 1000);
        _ = (_texts.Of(first), _texts.Of(first));
        for (var start = 1; start <= 4; start++)
        {
            _ = (_texts.Of(Times(100, start, 1000)), _texts.Of(Times(100, start, 1000)));
        }

        Assert.Null(_texts.Of(first));
        Assert.NotNull(_texts.Of(Times(100, 4, 1000)));
    }

    [Fact]
    public void A_few_points_are_written_as_fast_without()
    {
        var times = Times(3, 0, 1000);
        Assert.Null(_texts.Of(times));
        Assert.Null(_texts.Of(times));
    }

    [Fact]
    public async Task Many_threads_get_what_they_ask_for()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < 2000; i++)
            {
                var times = Times(20, (thread + i) % 7, 1000);
                if (_texts.Of(times) is { } text)
                {
                    Assert.Equal(Expected(times[^1]), Encoding.ASCII.GetString(text[19]));
                }
            }
        })));
    }

    private static long[] Times(int count, long start, long step) => [.. Enumerable.Range(0, count).Select(i => start + i * step)];

    private static string Expected(long time)
    {
        Span<byte> text = stackalloc byte[JsonNumbers.MaxPointLength];
        return Encoding.ASCII.GetString(text[..JsonNumbers.FormatPointUpToValue(time, text)]);
    }
}
