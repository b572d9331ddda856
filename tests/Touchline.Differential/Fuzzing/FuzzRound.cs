using System.Collections.Concurrent;
using System.Diagnostics;
using Touchline.PromQL.Syntax;

namespace Touchline.Differential.Fuzzing;

/// <summary>Some thousand random queries over one random set of samples. Everything follows from the seed.</summary>
/// <param name="seed">What samples and queries follow from.</param>
/// <param name="first">The number of the first query.</param>
/// <param name="queries">How many there are.</param>
internal sealed class FuzzRound(int seed, int first, int queries)
{
    /// <summary>What both servers have switched on.</summary>
    public const string Features = "promql-experimental-functions,promql-duration-expr";

    private const int InFlight = 8;
    private const int MostShown = 40;
    private const int MostTriedToShrink = 400;
    private const int TimesAsked = 8;
    private const string Unrepeated = "asked again alone, Prometheus says what Touchline said";

    private readonly ConcurrentQueue<Suspicion> _suspicions = new();
    private readonly List<string> _differences = [];
    private readonly SortedDictionary<string, int> _excused = new(StringComparer.Ordinal);
    private TimeSpan _asking, _judging;
    private int _count, _errors, _empty, _noted;

    /// <summary>A query whose answers were different while others were in flight.</summary>
    private sealed record Suspicion(QueryPiece Piece, Question Question, int Number, ApiAnswer Ours, string Difference);

    public IReadOnlyCollection<string> Differences => _differences;

    /// <summary>How many differences there were that have a reason, by reason.</summary>
    public IReadOnlyDictionary<string, int> Excused => _excused;

    public int Compared => _count;

    public string Summary =>
        $"seed {seed}: {queries} queries, {_count} answers compared, of which {_errors} errors, {_empty} empty, {_noted} with notes; "
        + $"{_excused.Values.Sum()} excused, {_differences.Count} differences; {_asking.TotalSeconds:F0} s to ask, {_judging.TotalSeconds:F0} s to judge";

    /// <summary>What a round asks as its query of a number.</summary>
    public static string QueryOf(int seed, int number) => new QueryGenerator(RandomOf(seed, number)).Next().Text;

    public async Task RunAsync()
    {
        var started = Stopwatch.GetTimestamp();
        await using (var servers = await StartAsync())
        {
            await Parallel.ForEachAsync(Enumerable.Range(first, queries), new ParallelOptions { MaxDegreeOfParallelism = InFlight }, async (number, _) => await AskAsync(servers, number));
        }
        _asking = Stopwatch.GetElapsedTime(started);
        if (!_suspicions.IsEmpty)
        {
            await using var servers = await StartAsync();
            foreach (var suspicion in _suspicions.OrderBy(s => s.Number))
            {
                await JudgeAsync(servers, suspicion);
            }
        }
        _judging = Stopwatch.GetElapsedTime(started) - _asking;
    }

    /// <summary>Both versions of remote write, and both times at which names are dropped, have their turn.</summary>
    private Task<FuzzServers> StartAsync() => FuzzServers.StartAsync(
        FuzzData.Build(seed), 1 + seed % 2, Features + (seed / 2 % 2 == 1 ? ",promql-delayed-name-removal" : ""));

    private async Task AskAsync(FuzzServers servers, int number)
    {
        var random = RandomOf(seed, number);
        var generator = new QueryGenerator(random);
        var piece = generator.Next();
        foreach (var question in Questions(random))
        {
            await CompareAsync(servers, piece, question, number);
        }
        if (number % 10 == 0)
        {
            var broken = QueryPiece.Of(ExprType.Vector, generator.Mutilate(piece.Text));
            await CompareAsync(servers, broken, Questions(random).First(), number);
        }
    }

    /// <summary>Each query has its own generator, so that it can be asked again alone.</summary>
    private static Random RandomOf(int seed, int number) => new(seed * 1_000_003 + number);

    private static IEnumerable<Question> Questions(Random random)
    {
        var time = FuzzData.StartMs + random.Next(-60_000, 32 * 60_000);
        yield return new Question(random.Next(3) == 0 ? time : time / 15_000 * 15_000, 0, 0);
        var step = (long[])[1000, 7000, 15_000, 15_000, 30_000, 43_000, 60_000, 60_000, 300_000];
        var (start, width) = (FuzzData.StartMs + random.Next(-120_000, 25 * 60_000), step[random.Next(step.Length)]);
        start = random.Next(3) == 0 ? start : start / 15_000 * 15_000;
        yield return new Question(start, Math.Min(start + random.Next(40) * width + random.Next((int)width), FuzzData.EndMs + 7 * 60_000), width);
    }

    private async Task CompareAsync(FuzzServers servers, QueryPiece piece, Question question, int number)
    {
        var answers = await servers.AskAsync(question, piece.Text);
        Interlocked.Increment(ref _count);
        Count(piece.Text, answers[0]);
        if (DifferenceExplainer.DifferenceOf(piece.Text, question, answers) is { } difference)
        {
            _suspicions.Enqueue(new Suspicion(piece, question, number, answers[1], difference));
        }
    }

    /// <summary>
    /// Asks again on new servers, where nothing else is in flight: Prometheus 3.5 shares the memory of histograms between queries, and what it says
    /// of them under load is not always what it says alone. Touchline has to say the same both times.
    /// </summary>
    private async Task JudgeAsync(FuzzServers servers, Suspicion suspicion)
    {
        var (piece, question, number, ours, difference) = suspicion;
        for (var i = 0; i < TimesAsked; i++)
        {
            var answers = await servers.AskAsync(question, piece.Text);
            if (ours.DifferenceTo(answers[1], exact: true, ordered: true) is { } change)
            {
                _differences.Add($"seed {seed}, query {number}, {question}:\n    {piece.Text}\n    Touchline changed its mind: {change}");
                return;
            }
            if (DifferenceExplainer.DifferenceOf(piece.Text, question, answers) is not { } still)
            {
                Excuse(Unrepeated);
                return;
            }
            difference = still;
            if (KnownDifferences.Explain(piece.Text, difference) is { } wording)
            {
                Excuse(wording);
                return;
            }
        }
        if (_differences.Count >= MostShown)
        {
            _differences.Add($"seed {seed}, query {number} too");
            return;
        }
        var (small, smallDifference) = await ShrinkAsync(servers, piece, question, difference);
        if (await new DifferenceExplainer(servers).ReasonAsync(small, question, smallDifference) is { } reason)
        {
            Excuse(reason);
            return;
        }
        await using (var fresh = await StartAsync())
        {
            var answers = await fresh.AskAsync(question, small);
            if (DifferenceExplainer.DifferenceOf(small, question, answers) is null)
            {
                Excuse(Unrepeated);
                return;
            }
            if (await new DifferenceExplainer(fresh).ReasonAsync(small, question, smallDifference) is { } then)
            {
                // The answers before had shared memory with those that should have shown the reason.
                Excuse(then);
                return;
            }
        }
        smallDifference = smallDifference.Length > 700 ? smallDifference[..700] : smallDifference;
        _differences.Add($"seed {seed}, query {number}, {question}:\n    {small}\n    {smallDifference}");
    }

    /// <summary>Tries simpler queries as long as they show a difference of the same kind.</summary>
    private static async Task<(string Query, string Difference)> ShrinkAsync(FuzzServers servers, QueryPiece piece, Question question, string difference)
    {
        var kind = difference.Split(':')[0];
        var tried = 0;
        for (var isSmaller = true; isSmaller;)
        {
            isSmaller = false;
            foreach (var simpler in piece.Simpler().Where(s => s.Text.Length < piece.Text.Length))
            {
                if (++tried > MostTriedToShrink)
                {
                    return (piece.Text, difference);
                }
                var answers = await servers.AskAsync(question, simpler.Text);
                if (DifferenceExplainer.DifferenceOf(simpler.Text, question, answers) is { } still && still.Split(':')[0] == kind)
                {
                    (piece, difference, isSmaller) = (simpler, still, true);
                    break;
                }
            }
        }
        return (piece.Text, difference);
    }

    private void Count(string query, ApiAnswer answer)
    {
        if (answer.IsError)
        {
            Interlocked.Increment(ref _errors);
            return;
        }
        if (answer.HasNotes)
        {
            Interlocked.Increment(ref _noted);
        }
        if (answer.IsEmpty)
        {
            Interlocked.Increment(ref _empty);
            return;
        }
    }

    private void Excuse(string reason) => _excused[reason] = _excused.GetValueOrDefault(reason) + 1;
}
