using Touchline.PromQL.Scripts;
using Touchline.PromQL.Syntax;

namespace Touchline.PromQL.Tests.Scripts;

/// <summary>That our scripts ask all that the language has.</summary>
public sealed class ScriptCoverageTests
{
    private const int Cases = 3;

    [Fact]
    public void Every_function_is_asked_by_our_scripts() =>
        AssertAsked(Functions.All.Select(f => f.Name), e => e is Call call ? call.Function.Name : null);

    [Fact]
    public void Every_aggregation_is_asked_by_our_scripts() =>
        AssertAsked(Enum.GetValues<AggregateOperator>().Select(o => o.Name()), e => e is AggregateExpr aggregate ? aggregate.Operator.Name() : null);

    [Fact]
    public void Every_operator_is_asked_by_our_scripts() =>
        AssertAsked(Enum.GetValues<BinaryOperator>().Select(o => o.Text()), e => e is BinaryExpr binary ? binary.Operator.Text() : null);

    /// <summary>Evals that are meant to fail do not count: they say little of what it is for.</summary>
    private static void AssertAsked(IEnumerable<string> names, Func<Expr, string?> nameOf)
    {
        var evals = ScriptFiles.Own.SelectMany(file => PromQLScript.Parse(file.Data, ScriptFiles.ReadOwn(file.Data)).Commands).OfType<EvalCommand>().Where(e => e.Failures.Count == 0);
        var asked = evals.SelectMany(e => ExprTree.SelfAndDescendants(PromQLParser.Parse(e.Query, PromQLFeatures.All)).Select(nameOf).OfType<string>().Distinct())
            .CountBy(n => n).ToDictionary();
        Assert.Empty(names.Where(n => asked.GetValueOrDefault(n) < Cases).Select(n => $"{n}: {asked.GetValueOrDefault(n)} of {Cases}"));
    }
}
