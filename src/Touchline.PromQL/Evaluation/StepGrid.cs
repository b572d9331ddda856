namespace Touchline.PromQL.Evaluation;

/// <summary>The times at which an expression is evaluated: <paramref name="Count"/> steps from <paramref name="StartMs"/> (ms).</summary>
internal readonly record struct StepGrid(long StartMs, long StepMs, int Count)
{
    public long EndMs => StartMs + StepMs * Math.Max(0, Count - 1);

    /// <summary>How far the range that was asked for goes on behind the last step (ms): subqueries are evaluated up to its end, and what they note counts.</summary>
    public long BeyondMs { get; init; }

    public bool IsInstant => Count == 1;

    public long TimeAt(int step) => StartMs + StepMs * step;

    public static StepGrid Instant(long timeMs) => new(timeMs, 1, 1);

    /// <summary>Start, start + step, … up to and including the end; none where the end lies before the start.</summary>
    /// <exception cref="PromQLEvaluationException">There are more steps than allowed.</exception>
    public static StepGrid Between(long startMs, long endMs, long stepMs, long maxSteps)
    {
        if (endMs < startMs)
        {
            return new StepGrid(startMs, stepMs, 0);
        }
        var last = (endMs - startMs) / stepMs;
        return last < Math.Min(maxSteps, Array.MaxLength)
            ? new StepGrid(startMs, stepMs, (int)last + 1) { BeyondMs = endMs - startMs - last * stepMs }
            : throw SampleBudget.Exceeded();
    }
}
