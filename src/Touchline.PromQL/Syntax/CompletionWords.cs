namespace Touchline.PromQL.Syntax;

/// <summary>The words of the language by the place where they can stand.</summary>
internal static class CompletionWords
{
    public static IReadOnlyList<CompletionWord> Units { get; } =
        [.. new[] { ("ms", "milliseconds"), ("s", "seconds"), ("m", "minutes"), ("h", "hours"), ("d", "days"), ("w", "weeks"), ("y", "years") }
            .Select(u => new CompletionWord(u.Item1, CompletionWordKind.Unit, u.Item2))];

    public static IReadOnlyList<CompletionWord> Durations { get; } =
        [.. new[] { "1m", "5m", "15m", "1h", "6h", "1d", "1w" }.Select(d => new CompletionWord(d, CompletionWordKind.Unit, ""))];

    public static IReadOnlyList<CompletionWord> MatchOperators { get; } =
        [.. new[] { ("=", "equals"), ("!=", "differs"), ("=~", "matches the expression"), ("!~", "does not match the expression") }
            .Select(o => new CompletionWord(o.Item1, CompletionWordKind.Operator, o.Item2))];

    /// <summary>Where an expression begins.</summary>
    public static IEnumerable<CompletionWord> Expression(PromQLFeatures features)
    {
        var experimental = features.HasFlag(PromQLFeatures.ExperimentalFunctions);
        foreach (var op in Enum.GetValues<AggregateOperator>())
        {
            if (experimental || op is not (AggregateOperator.LimitK or AggregateOperator.LimitRatio))
            {
                yield return new CompletionWord(op.Name(), CompletionWordKind.Aggregation, op.HasParameter() ? $"{op.Name()}(parameter, instant vector)" : $"{op.Name()}(instant vector)");
            }
        }
        foreach (var function in Functions.All.Where(f => experimental || !f.Experimental).OrderBy(f => f.Name, StringComparer.Ordinal))
        {
            yield return new CompletionWord(function.Name, CompletionWordKind.Function, Signature(function));
        }
    }

    /// <summary>Behind an operand.</summary>
    public static IEnumerable<CompletionWord> Operators()
    {
        foreach (var op in Enum.GetValues<BinaryOperator>())
        {
            yield return new CompletionWord(op.Text(), CompletionWordKind.Operator, "");
        }
        foreach (var word in (string[])["offset", "@", "by", "without"])
        {
            yield return Keyword(word);
        }
    }

    /// <summary>Between a binary operator and its right side.</summary>
    public static IEnumerable<CompletionWord> OperatorModifiers(PromQLFeatures features)
    {
        string[] words = features.HasFlag(PromQLFeatures.FillModifiers)
            ? ["bool", "on", "ignoring", "group_left", "group_right", "fill", "fill_left", "fill_right"]
            : ["bool", "on", "ignoring", "group_left", "group_right"];
        return words.Select(Keyword);
    }

    private static CompletionWord Keyword(string word) => new(word, CompletionWordKind.Keyword, "");

    private static string Signature(FunctionSignature function)
    {
        var arguments = function.ArgumentTypes.Select((type, i) => i < function.MinArguments ? type.DocumentedName() : $"[{type.DocumentedName()}]");
        return $"{function.Name}({string.Join(", ", arguments)}{(function.Variadic ? ", …" : "")}) {function.ReturnType.DocumentedName()}";
    }
}
