namespace Touchline.PromQL.Evaluation.Selection;

/// <summary>
/// Where the windows of a range lie: at step i they end at <paramref name="FirstEndMs"/> + i × <paramref name="StrideMs"/> (inclusive) and
/// begin <paramref name="RangeMs"/> before that (exclusive). The stride is 0 where <c>@</c> fixes the time.
/// </summary>
internal readonly record struct WindowGeometry(long FirstEndMs, long StrideMs, long RangeMs, int Steps)
{
    public long EndAt(int step) => FirstEndMs + StrideMs * step;

    public long LastEndMs => EndAt(Math.Max(0, Steps - 1));

    /// <summary>The earliest time that any window takes a sample of.</summary>
    public long MinTimeMs => FirstEndMs - RangeMs + 1;
}
