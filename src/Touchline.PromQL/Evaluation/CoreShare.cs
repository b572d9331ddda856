namespace Touchline.PromQL.Evaluation;

/// <summary>
/// How many cores one query may work on: what is left of them beside the other queries that run. A page asks dozens of queries at once, and cores that are busy gain
/// nothing from work that is cut into pieces for them. Thread-safe.
/// </summary>
/// <param name="running">How many queries run, this one included.</param>
internal sealed class CoreShare(Func<int> running)
{
    public int Cores => Math.Max(1, Environment.ProcessorCount + 1 - running());
}
