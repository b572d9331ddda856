using System.Net;
using System.Xml.Linq;

namespace Touchline.Scraping.Discovery;

/// <summary>A service of AWS answered with an error.</summary>
internal sealed class AwsRefusal : Exception
{
    /// <summary>As much of an endpoint's words as a log and a page should hold.</summary>
    private const int LongestText = 500;

    private AwsRefusal(string code, string message)
        : base(message) => Code = code;

    /// <summary>What it calls the error, <c>AuthFailure</c>.</summary>
    public string Code { get; }

    public static AwsRefusal Of(XElement answer, string action, HttpStatusCode status)
    {
        var error = answer.DescendantsAndSelf("Error").FirstOrDefault();
        var code = Cut(error?.Element("Code")?.Value ?? "unknown error");
        return new AwsRefusal(code, $"{action}: {code}: {Cut(error?.Element("Message")?.Value ?? "")} (status code: {(int)status})");
    }

    private static string Cut(string text) => text.Length <= LongestText ? text : text[..LongestText] + "…";
}
