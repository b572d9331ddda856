using System.Text.RegularExpressions;

namespace Touchline.Differential.Fuzzing;

/// <summary>
/// Differences that show in the words of an answer alone, each with its reason. What needs more questions to be told from a mistake is the business of
/// <see cref="DifferenceExplainer"/>.
/// </summary>
internal static partial class KnownDifferences
{
    private static readonly (Regex Query, Regex Difference, string Reason)[] All =
    [
        (Selecting(), NaNParameter(), "later versions say that a parameter is NaN, also where there is nothing to select from"),
        (Info(), InfoDuplicates(), "later versions say which info series are duplicates"),
        (Bracket(), UnexpectedColon(), "later versions word a misplaced colon or a letter in brackets so, and 3.5 passes over some"),
        (Bracket(), ColonBeforeDuration(), "later versions word a subquery without a range so"),
        (Bracket(), UnexpectedComma(), "later versions have min(…, …) and max(…, …) in brackets, and so a comma"),
        (RangeFunctions(), UnexpectedParenthesis(), "later versions have start(), end(), range() and step()"),
        (LabelList(), MisplacedOperator(), "behind a list of labels 3.5 misplaces the end of the left operand"),
        (Bracket(), OutOfRange(), "durations of centuries come round again in 3.5"),
        (Offset(), OutOfRange(), "durations of centuries come round again in 3.5"),
        (Sort(), OmittedNotes(), "later versions warn of a lost order, and so one more note is left out"),
        (UnfinishedLabelList(), FailedParser(), "where a list of labels is missing, what 3.5 parses with fails in itself"),
        (At(), NumberOfSamples(), "3.5 fails at a range vector in parentheses that @ fixes"),
    ];

    /// <summary>Whether a note is given by later versions only.</summary>
    public static bool IsLaterNote(string note) =>
        note.StartsWith("PromQL warning: sort is ineffective for range queries", StringComparison.Ordinal);

    public static string? Explain(string query, string difference) =>
        All.FirstOrDefault(k => k.Query.IsMatch(query) && k.Difference.IsMatch(difference)).Reason;

    [GeneratedRegex("topk|bottomk|limitk|limit_ratio")]
    private static partial Regex Selecting();

    [GeneratedRegex("^error: (none, empty|.* execution (Scalar|Ratio) value NaN .*) / .* execution (Parameter|Ratio) value is NaN$", RegexOptions.Singleline)]
    private static partial Regex NaNParameter();

    [GeneratedRegex(@"info\s*\(")]
    private static partial Regex Info();

    [GeneratedRegex("^error: .*found duplicate series for info metric .* / .*found duplicate series for info metric", RegexOptions.Singleline)]
    private static partial Regex InfoDuplicates();

    [GeneratedRegex(@"\[")]
    private static partial Regex Bracket();

    [GeneratedRegex("^error: .* / 400 bad_data .*unexpected character: '[^']+', expected ':'$", RegexOptions.Singleline)]
    private static partial Regex UnexpectedColon();

    [GeneratedRegex("^error: (.*) parse error: unexpected character in duration expression: ',' / \\1 parse error: unexpected \",\" in subquery selector, expected number or duration$", RegexOptions.Singleline)]
    private static partial Regex UnexpectedComma();

    [GeneratedRegex("^error: .*unexpected \":\" in subquery selector, expected number or duration / .*unexpected colon before duration in duration expression$", RegexOptions.Singleline)]
    private static partial Regex ColonBeforeDuration();

    [GeneratedRegex(@"(start|end|range|step)\s*\(\s*\)")]
    private static partial Regex RangeFunctions();

    [GeneratedRegex(@"^error: .*unexpected ""\("".* / ", RegexOptions.Singleline)]
    private static partial Regex UnexpectedParenthesis();

    [GeneratedRegex(@"(by|without|on|ignoring)\s*(#[^\n]*\n\s*)?\(", RegexOptions.IgnoreCase)]
    private static partial Regex LabelList();

    /// <summary>The same mistake at another place.</summary>
    [GeneratedRegex(@"^error: (.*)\b\d+:\d+: (parse error: .*(?:must not occur in ON and GROUP|must use BOOL|bool modifier).*) / \1\b\d+:\d+: \2$", RegexOptions.Singleline)]
    private static partial Regex MisplacedOperator();

    [GeneratedRegex(@"(by|without)\s*\)", RegexOptions.IgnoreCase)]
    private static partial Regex UnfinishedLabelList();

    [GeneratedRegex(@"^error: 400 .*: unexpected error / 400 .*parse error: unexpected .* in grouping opts, expected ""\(""$", RegexOptions.Singleline)]
    private static partial Regex FailedParser();

    [GeneratedRegex("offset")]
    private static partial Regex Offset();

    [GeneratedRegex("^error: none.* / 400 bad_data .*duration is out of range$", RegexOptions.Singleline)]
    private static partial Regex OutOfRange();

    [GeneratedRegex(@"\bsort")]
    private static partial Regex Sort();

    [GeneratedRegex(@"^warnings: \[\d+ more warning annotations omitted.*\] / \[\d+ more warning annotations omitted", RegexOptions.Singleline)]
    private static partial Regex OmittedNotes();

    [GeneratedRegex("@")]
    private static partial Regex At();

    [GeneratedRegex("^error: .* unexpected number of samples / none$")]
    private static partial Regex NumberOfSamples();
}
