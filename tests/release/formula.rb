# Evaluates a formula without Homebrew, as Homebrew would on each system: `formula.rb FILE`; prints what it downloads on each.
class Formula
  class << self
    attr_accessor :system, :processor, :found

    %i[desc homepage version license].each { |name| define_method(name) { |*| } }
    def on_linux = (yield if system == "linux")
    def on_macos = (yield if system == "macos")
    def on_intel = (yield if processor == "intel")
    def on_arm = (yield if processor == "arm")
    def url(address) = (self.found = [address])
    def sha256(hash) = (found << hash)
    def test = nil
  end
end

text = File.read(ARGV[0])
%w[linux macos].product(%w[intel arm]) do |system, processor|
  Object.send(:remove_const, :AcsAuth) if defined?(AcsAuth)
  Formula.instance_variable_set(:@found, nil)
  Class.new(Formula).tap { |it| Object.const_set(:AcsAuth, it) }
  AcsAuth.system = system
  AcsAuth.processor = processor
  eval(text)
  abort "formula: no install" unless AcsAuth.method_defined?(:install)
  puts [system, processor, *AcsAuth.found].join(" ")
end
