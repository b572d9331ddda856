namespace Touchline.PromQL.Scripts;

/// <summary>What became of one query of a script; <paramref name="Failure"/> says what differed, null where it passed.</summary>
public sealed record ScriptOutcome(int Line, string Query, string? Failure)
{
    public bool Passed => Failure is null;
}

/// <summary>What became of a script's queries, in their order.</summary>
public sealed record ScriptReport(string Script, IReadOnlyList<ScriptOutcome> Outcomes)
{
    public int Passed => Outcomes.Count(o => o.Passed);

    public int Failed => Outcomes.Count - Passed;

    public IEnumerable<ScriptOutcome> Failures => Outcomes.Where(o => !o.Passed);
}
