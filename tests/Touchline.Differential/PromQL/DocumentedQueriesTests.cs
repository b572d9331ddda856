using System.Collections.Concurrent;
using Touchline.Differential.Fuzzing;

namespace Touchline.Differential.PromQL;

/// <summary>Asks the real Prometheus and the real Touchline what Prometheus' own pages ask.</summary>
public sealed class DocumentedQueriesTests
{
    [Fact]
    public async Task Documented_expressions_have_the_answers_of_Prometheus()
    {
        await using var servers = await FuzzServers.StartAsync(DocumentedQueries.Samples(), 2, "promql-experimental-functions");
        var differences = new ConcurrentQueue<string>();
        Question[] questions = [new(FuzzData.EndMs, 0, 0), new(FuzzData.StartMs + 1_000_500, 0, 0), new(FuzzData.StartMs - 60_000, FuzzData.EndMs + 400_000, 47_000)];
        await Parallel.ForEachAsync(DocumentedQueries.All, async (query, _) =>
        {
            foreach (var question in questions)
            {
                var answers = await servers.AskAsync(question, query);
                if (answers[0].DifferenceTo(answers[1], exact: false, ordered: question.IsInstant && query.StartsWith("sort", StringComparison.Ordinal)) is { } difference)
                {
                    differences.Enqueue($"{query} {question}: {difference}");
                }
            }
        });
        Assert.True(differences.IsEmpty, $"{differences.Count} differences (Prometheus / Touchline):\n{string.Join('\n', differences)}");
    }
}
