using System.Collections.Concurrent;
using Touchline.PromQL.Syntax;

namespace Touchline.Differential.Fuzzing;

/// <summary>Some thousand random queries over one random set of samples. Everything follows from the seed.</summary>
internal sealed class FuzzRound(int seed, int queries)
{
    private const int InFlight = 8;
    private const int MostShown = 40;
    private const int MostTriedToShrink = 400;
    private const int TimesAsked = 8;

    private static readonly string[] SortedLabels = ["instance", "job", "revision", "le"];
    private static readonly string[] CountingCalls = ["histogram_count", "histogram_sum", "histogram_avg"];

    private readonly ConcurrentQueue<Suspicion> _suspicions = new();
    private readonly List<string> _differences = [];
    private readonly ConcurrentDictionary<string, int> _asked = new();
    private int _count, _errors, _empty, _noted, _known, _unrepeated;

    /// <summary>A query whose answers were different while others were in flight.</summary>
    private sealed record Suspicion(QueryPiece Piece, Question Question, int Number, ApiAnswer Ours, string Difference);

    public IReadOnlyCollection<string> Differences => _differences;

    /// <summary>How often each function and aggregation was in a query that was answered with something.</summary>
    public IReadOnlyDictionary<string, int> Asked => _asked;

    public string Summary =>
        $"seed {seed}: {queries} queries, {_count} answers compared, of which {_errors} errors, {_empty} empty, {_noted} with notes; "
        + $"{_known} known differences, {_unrepeated} that Prometheus alone does not repeat, {_differences.Count} differences";

    public async Task RunAsync()
    {
        await using (var servers = await StartAsync())
        {
            await Parallel.ForEachAsync(Enumerable.Range(0, queries), new ParallelOptions { MaxDegreeOfParallelism = InFlight }, async (number, _) => await AskAsync(servers, number));
        }
        if (!_suspicions.IsEmpty)
        {
            await using var servers = await StartAsync();
            foreach (var suspicion in _suspicions.OrderBy(s => s.Number))
            {
                await JudgeAsync(servers, suspicion);
            }
        }
    }

    /// <summary>Both versions of remote write, and both times at which names are dropped, have their turn.</summary>
    private Task<FuzzServers> StartAsync() => FuzzServers.StartAsync(
        FuzzData.Build(seed), 1 + seed % 2, "promql-experimental-functions,promql-duration-expr" + (seed / 2 % 2 == 1 ? ",promql-delayed-name-removal" : ""));

    private async Task AskAsync(FuzzServers servers, int number)
    {
        // Each query has its own generator, so that it can be asked again alone.
        var random = new Random(seed * 1_000_003 + number);
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
        if (Difference(piece.Text, question, answers) is { } difference)
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
            if (Difference(piece.Text, question, answers) is not { } still)
            {
                _unrepeated++;
                return;
            }
            difference = still;
        }
        if (_differences.Count >= MostShown)
        {
            _differences.Add($"seed {seed}, query {number} too");
            return;
        }
        var (small, smallDifference) = await ShrinkAsync(servers, piece, question, difference);
        if (KnownDifferences.Explain(small, smallDifference)
            || await ContradictsItselfAsync(servers, small, question)
            || await IsCountedWithoutBucketsAsync(servers, small, question)
            || await HasNoNumbersAsync(servers, small, question)
            || await IsLastDigitOfLabelAsync(servers, small, question))
        {
            _known++;
            return;
        }
        await using (var fresh = await StartAsync())
        {
            var answers = await fresh.AskAsync(question, small);
            if (Difference(small, question, answers) is null)
            {
                _unrepeated++;
                return;
            }
        }
        smallDifference = smallDifference.Length > 700 ? smallDifference[..700] : smallDifference;
        _differences.Add($"seed {seed}, query {number}, {question}:\n    {small}\n    {smallDifference}");
    }

    /// <summary>
    /// Whether Prometheus' answer over a range is not what it says at each of the times itself, where Touchline's is: in 3.5 info() mixes up info series that
    /// come and go, and ranges of subqueries reuse histograms that are still needed.
    /// </summary>
    private static async Task<bool> ContradictsItselfAsync(FuzzServers servers, string query, Question question)
    {
        if (question.IsInstant || query.Contains("start(", StringComparison.Ordinal) || query.Contains("end(", StringComparison.Ordinal))
        {
            return false;
        }
        var ranges = await servers.AskAsync(question, query);
        var contradicts = false;
        for (var time = question.StartMs; time <= question.EndMs; time += question.StepMs)
        {
            var instants = await servers.AskAsync(new Question(time, 0, 0), query);
            if (ranges[1].IsError || !instants[1].IsAt(time, ranges[1]))
            {
                return false;
            }
            contradicts |= ranges[0].IsError || !instants[0].IsAt(time, ranges[0]);
        }
        return contradicts;
    }

    private static async Task<bool> AgreesAtLastAsync(FuzzServers servers, string query, Question question)
    {
        for (var i = 0; i < TimesAsked; i++)
        {
            var answers = await servers.AskAsync(question, query);
            if (answers[0].DifferenceTo(answers[1], exact: false, ordered: false) is null)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>
    /// Whether what is counted is the same on both. Below histogram_count, histogram_sum and histogram_avg, 3.5 reads no buckets, and so it misses resets
    /// and bounds that do not fit, which only they show.
    /// </summary>
    private static async Task<bool> IsCountedWithoutBucketsAsync(FuzzServers servers, string query, Question question)
    {
        var call = CountingCalls.Select(c => query.IndexOf(c + "(", StringComparison.Ordinal)).Where(i => i >= 0).DefaultIfEmpty(-1).Min();
        if (call < 0)
        {
            return false;
        }
        var start = query.IndexOf('(', call) + 1;
        var end = start;
        for (var depth = 1; end < query.Length && depth > 0; end++)
        {
            depth += query[end] switch { '(' => 1, ')' => -1, _ => 0 };
        }
        var inner = query[start..(end - 1)];
        if (!inner.Contains('[', StringComparison.Ordinal) && !inner.Contains('(', StringComparison.Ordinal))
        {
            return false;
        }
        return await AgreesAtLastAsync(servers, inner, question);
    }

    /// <summary>Whether a quantile of observations that are NaN is in the query: 3.5 answers with bounds that no bucket has.</summary>
    private static async Task<bool> HasNoNumbersAsync(FuzzServers servers, string query, Question question) =>
        query.Contains("histogram_quantile", StringComparison.Ordinal) && (await servers.AskAsync(question, query)).Any(a => a.NotesNaNObservations);

    /// <summary>Whether only the last digits differ of numbers that count_values made labels of: Go has its own power, logarithm and sine.</summary>
    private static async Task<bool> IsLastDigitOfLabelAsync(FuzzServers servers, string query, Question question)
    {
        var answers = await servers.AskAsync(question, query);
        return query.Contains("count_values", StringComparison.Ordinal)
            && answers[0].WithRoundedLabels().DifferenceTo(answers[1].WithRoundedLabels(), exact: false, ordered: false) is null;
    }

    private static string? Difference(string query, Question question, ApiAnswer[] answers)
    {
        var trimmed = query.TrimStart();
        var ordered = question.IsInstant && trimmed.StartsWith("sort", StringComparison.Ordinal);
        // A label that is missing compares with no other to Prometheus, so the order is what its way of sorting makes of that.
        ordered &= !trimmed.StartsWith("sort_by_label", StringComparison.Ordinal) || answers[0].AllHave(SortedLabels.Where(l => trimmed.Contains($"\"{l}\"", StringComparison.Ordinal)));
        var exact = !trimmed.Contains('(', StringComparison.Ordinal) && !trimmed.Any(c => "+-*/%^".Contains(c, StringComparison.Ordinal)) && !trimmed.Contains("atan2", StringComparison.Ordinal);
        return answers[0].DifferenceTo(answers[1], exact, ordered);
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
                if (Difference(simpler.Text, question, answers) is { } still && still.Split(':')[0] == kind)
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
        foreach (var word in query.Split([' ', '(', '\n', '\t', ')', '-', '+', ','], StringSplitOptions.RemoveEmptyEntries).Where(w => w.All(c => char.IsAsciiLetterLower(c) || c is '_' or '2' or '1' or '0')).Distinct())
        {
            _asked.AddOrUpdate(word, 1, (_, n) => n + 1);
        }
    }
}
