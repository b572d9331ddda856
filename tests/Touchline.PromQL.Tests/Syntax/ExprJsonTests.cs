using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Touchline.PromQL.Syntax;

namespace Touchline.PromQL.Tests.Syntax;

public sealed class ExprJsonTests
{
    // Answers of Prometheus 3.5's /api/v1/parse_query.
    [Theory]
    [InlineData("""sum by (a) (rate(foo{a="b"}[5m] offset 1h)) > bool 3""", """{"bool":true,"lhs":{"expr":{"args":[{"matchers":[{"name":"a","type":"=","value":"b"},{"name":"__name__","type":"=","value":"foo"}],"name":"foo","offset":3600000,"range":300000,"startOrEnd":null,"timestamp":null,"type":"matrixSelector"}],"func":{"argTypes":["matrix"],"name":"rate","returnType":"vector","variadic":0},"type":"call"},"grouping":["a"],"op":"sum","param":null,"type":"aggregation","without":false},"matching":null,"op":">","rhs":{"type":"numberLiteral","val":"3"},"type":"binaryExpr"}""")]
    [InlineData("a + on(x) group_left(y) b", """{"bool":false,"lhs":{"matchers":[{"name":"__name__","type":"=","value":"a"}],"name":"a","offset":0,"startOrEnd":null,"timestamp":null,"type":"vectorSelector"},"matching":{"card":"many-to-one","include":["y"],"labels":["x"],"on":true},"op":"+","rhs":{"matchers":[{"name":"__name__","type":"=","value":"b"}],"name":"b","offset":0,"startOrEnd":null,"timestamp":null,"type":"vectorSelector"},"type":"binaryExpr"}""")]
    [InlineData("a and b", """{"bool":false,"lhs":{"matchers":[{"name":"__name__","type":"=","value":"a"}],"name":"a","offset":0,"startOrEnd":null,"timestamp":null,"type":"vectorSelector"},"matching":{"card":"many-to-many","include":[],"labels":[],"on":false},"op":"and","rhs":{"matchers":[{"name":"__name__","type":"=","value":"b"}],"name":"b","offset":0,"startOrEnd":null,"timestamp":null,"type":"vectorSelector"},"type":"binaryExpr"}""")]
    [InlineData("topk by(x)(3,foo)", """{"expr":{"matchers":[{"name":"__name__","type":"=","value":"foo"}],"name":"foo","offset":0,"startOrEnd":null,"timestamp":null,"type":"vectorSelector"},"grouping":["x"],"op":"topk","param":{"type":"numberLiteral","val":"3"},"type":"aggregation","without":false}""")]
    [InlineData("-foo", """{"expr":{"matchers":[{"name":"__name__","type":"=","value":"foo"}],"name":"foo","offset":0,"startOrEnd":null,"timestamp":null,"type":"vectorSelector"},"op":"-","type":"unaryExpr"}""")]
    [InlineData("(foo @ 1.5)", """{"expr":{"matchers":[{"name":"__name__","type":"=","value":"foo"}],"name":"foo","offset":0,"startOrEnd":null,"timestamp":1500,"type":"vectorSelector"},"type":"parenExpr"}""")]
    [InlineData("foo[5m:1m] @ end() offset 3m", """{"expr":{"matchers":[{"name":"__name__","type":"=","value":"foo"}],"name":"foo","offset":0,"startOrEnd":null,"timestamp":null,"type":"vectorSelector"},"offset":180000,"range":300000,"startOrEnd":"end","step":60000,"timestamp":null,"type":"subquery"}""")]
    [InlineData("time()", """{"args":[],"func":{"argTypes":[],"name":"time","returnType":"scalar","variadic":0},"type":"call"}""")]
    [InlineData("""label_join(vector(1),"a","b","c","d")""", """{"args":[{"args":[{"type":"numberLiteral","val":"1"}],"func":{"argTypes":["scalar"],"name":"vector","returnType":"vector","variadic":0},"type":"call"},{"type":"stringLiteral","val":"a"},{"type":"stringLiteral","val":"b"},{"type":"stringLiteral","val":"c"},{"type":"stringLiteral","val":"d"}],"func":{"argTypes":["vector","string","string","string"],"name":"label_join","returnType":"vector","variadic":-1},"type":"call"}""")]
    [InlineData("round(vector(Inf))", """{"args":[{"args":[{"type":"numberLiteral","val":"+Inf"}],"func":{"argTypes":["scalar"],"name":"vector","returnType":"vector","variadic":0},"type":"call"}],"func":{"argTypes":["vector","scalar"],"name":"round","returnType":"vector","variadic":1},"type":"call"}""")]
    [InlineData("5m", """{"type":"numberLiteral","val":"300"}""")]
    public void Write_answers_as_prometheus_does(string query, string expected) => Assert.Equal(expected, ToJson(PromQLParser.Parse(query, PromQLFeatures.None)));

    internal static string ToJson(Expr expr)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 10_000 }))
        {
            ExprJson.Write(json, expr);
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
